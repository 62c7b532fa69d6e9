"""Changes of state → who should hear of them."""
