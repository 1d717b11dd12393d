//! Numbers as text: exact printing, correctly rounded parsing.
