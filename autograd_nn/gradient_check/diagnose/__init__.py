"""What is wrong?  The likely cause of a gradient that was not accepted."""
