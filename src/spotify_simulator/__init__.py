"""Spotify in a box: the Web API and its accounts service, without Spotify, for the demo, tests and benchmarks."""
