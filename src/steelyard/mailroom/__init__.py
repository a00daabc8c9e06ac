"""The door for mail: taken over SMTP or LMTP, sealed before anybody reads it, answered with a receipt."""
