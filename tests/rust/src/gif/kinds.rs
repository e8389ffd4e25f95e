//! One GIF of each kind that programs write.

use super::{Block, Coding, Gif, Image, control, loops};

/// A GIF and what it is.
#[derive(Debug, Clone)]
pub struct Kind {
    /// What it is.
    pub name: &'static str,
    /// The file.
    pub gif: Gif,
}

/// One of each kind.
pub fn all() -> Vec<Kind> {
    let still = |colours| Gif::new(23, 17, colours);
    let mut list: Vec<(&'static str, Gif)> = vec![
        ("two colours", still(2)),
        ("five colours", still(5)),
        ("256 colours", still(256)),
        ("one pixel", Gif::new(1, 1, 2)),
        ("table full", Gif::new(150, 150, 200)),
    ];
    let mut add = |name, change: fn(&mut Gif)| {
        let mut gif = still(12);
        change(&mut gif);
        list.push((name, gif));
    };
    add("87a", |gif| gif.version = *b"87a");
    add("87a on a larger screen", |gif| {
        (gif.version, gif.screen) = (*b"87a", (40, 30));
        gif.image(0).corner = (3, 2);
    });
    add("interlaced", |gif| gif.image(0).flags = 0x40);
    add("local table", |gif| gif.image(0).table = std::mem::take(&mut gif.table));
    add("no table", |gif| gif.table.clear());
    add("transparent", |gif| gif.blocks.insert(0, control(0, 0, Some(3))));
    add("never cleared", |gif| {
        gif.screen = (90, 90);
        *gif.image(0) = Image { coding: Coding::Deferred, ..Image::new(90, 90, 12, 5) };
    });
    add("one pixel a code", |gif| gif.image(0).coding = Coding::Plain);
    add("larger than the screen", |gif| gif.screen = (9, 9));
    add("wide codes", |gif| gif.image(0).code_size = 8);
    add("pixels missing", |gif| gif.image(0).pixels.truncate(200));
    add("nothing drawn", |gif| gif.image(0).pixels.clear());
    for (name, disposal, transparent, corner) in [
        ("animation", 0, None, (0, 0)),
        ("animation, disposed", 1, Some(2), (0, 0)),
        ("animation, to background", 2, None, (2, 1)),
        ("animation, to background, transparent", 2, Some(11), (2, 1)),
        ("animation, to previous", 3, Some(0), (4, 4)),
        ("animation, disposal 4", 4, None, (0, 0)),
    ] {
        let mut gif = still(12);
        gif.blocks = vec![loops(b"NETSCAPE2.0", 3), control(disposal, 7, None)];
        gif.background = 9;
        gif.blocks.push(Block::Image(Image::new(23, 17, 8, 1)));
        for number in 0..3u16 {
            gif.blocks.push(control(disposal, number * 10, transparent));
            let mut image = Image::new(9, 8, 6, number.into());
            image.corner = corner;
            if number == 1 {
                image.table = gif.table[8..].to_vec();
                image.pixels.iter_mut().for_each(|pixel| *pixel %= 8);
            }
            gif.blocks.push(Block::Image(image));
        }
        list.push((name, gif));
    }
    list.into_iter().map(|(name, gif)| Kind { name, gif }).collect()
}
