//! PNG: W3C Portable Network Graphics, third edition.
