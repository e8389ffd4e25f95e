//! GIF: GIF89a.
