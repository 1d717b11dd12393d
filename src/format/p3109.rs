//! P3109's formats, by their rule.
