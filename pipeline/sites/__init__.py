"""The site declarations: YAML files → checked Sites, their digests, their JSON Schema."""
