"""What tests share: oracles, programs drawn at random, small files, readers of pictures."""
