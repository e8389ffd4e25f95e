//! WebP: RFC 9649.
