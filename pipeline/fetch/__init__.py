"""One Target → one Look, politely: transport, wire tap, retries, robots, limits, guard, replay."""
