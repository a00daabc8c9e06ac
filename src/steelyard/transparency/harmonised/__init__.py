"""The harmonised transparency report of Regulation (EU) 2024/2835: eleven CSV files for any period."""
