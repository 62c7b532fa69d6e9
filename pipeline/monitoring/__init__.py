"""What visits come to → what people and machines are told of it."""
