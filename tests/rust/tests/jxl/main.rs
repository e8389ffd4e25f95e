//! JPEG XL, made by code and by libjxl.

#[path = "../common/mod.rs"]
mod common;

mod audit;
mod damage;
mod marks;
mod peers;

use unmarked_fixtures::jxl::carriers::Photo;
use unmarked_fixtures::jxl::kinds;

/// Every kind, as a bare codestream, in one box, and in pieces.
fn photos() -> Vec<(String, Photo)> {
    let mut list = Vec::new();
    for (name, picture) in kinds::all() {
        for pieces in [0, 1, 3] {
            let photo = Photo { pieces, ..Photo::bare(picture.clone()) };
            list.push((format!("{name} in {pieces} boxes"), photo));
        }
    }
    list
}
