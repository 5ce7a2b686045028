"""A simulated Spotify for the demo, tests and benchmarks: the Web API and the accounts service."""
