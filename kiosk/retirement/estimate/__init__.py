"""Estimate of the monthly pension: months against money, marked as an estimate everywhere."""
