"""What the workflows call besides `update`."""
