"""What somebody who looks around is told: lists by their newest, and sums that cost no counting."""
