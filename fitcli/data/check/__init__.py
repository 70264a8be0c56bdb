"""A look at every image before anybody trains on it: what cannot be read, what is odd, and what is there twice."""
