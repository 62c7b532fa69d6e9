"""What every room stands on: frozen values, the clock, durable files, the forms of declarations."""
