"""Reading: what a brief asks for, by a small trained network. The ground of the embedded crew."""
