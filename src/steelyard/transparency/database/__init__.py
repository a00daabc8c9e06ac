"""The DSA Transparency Database: which statements of reasons go there, what is sent, how it is answered."""
