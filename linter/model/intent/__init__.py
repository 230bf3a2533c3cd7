"""What the input says about who has to talk with whom, and the least network policies that let exactly them."""
