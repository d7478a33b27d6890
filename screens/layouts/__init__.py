"""The layouts that draw a Page and decide nothing."""
