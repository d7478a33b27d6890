"""Input of Chinese text: handwriting, pinyin, and composition from parts."""
