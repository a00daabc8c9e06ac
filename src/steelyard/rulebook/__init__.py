"""Law and terms as dated facts with sources; `law/*.yaml`. No clock or threshold lives in code."""
