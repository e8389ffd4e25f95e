//! Recognises the canonical GIF, in the order in which it stands in the file, and its codes to the
//! last bit. What is shown can only be told at the end: which colours, and whether the background.

mod codes;
mod colours;

use self::codes::Strings;
use self::colours::Colours;
use crate::Method;
use crate::audit::Rejection;
use crate::audit::cursor::Cursor;

/// Accepts `file` if it is exactly a GIF that Unmarked writes, by `method` if one is named.
pub(crate) fn recognise(file: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    let mut cursor = Cursor::new(file);
    cursor
        .require(matches!(method, None | Some(Method::Strip)), "a file that the method writes")?;
    let screen = screen(&mut cursor)?;
    let loops = cursor.passes(b"!\xFF\x0BNETSCAPE2.0\x03\x01");
    if loops {
        cursor.take(2, "how often to run")?;
        cursor.demand(&[0], "the end of the loop count")?;
    }
    let mut strings = Strings::default();
    let mut images = Vec::new();
    while !cursor.sees(b";") || images.is_empty() {
        images.push(image(&mut cursor, &mut strings)?);
    }
    cursor.demand(b";", "the trailer")?;
    cursor.require(cursor.rest().is_empty(), "nothing after the trailer")?;
    shown(&screen, loops, &images)
}

/// What the header says, and the global colour table.
struct Screen<'a> {
    old: bool,
    size: (u16, u16),
    background: u8,
    table: &'a [u8],
}

/// A graphic control extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Control {
    disposal: u8,
    transparent: Option<u8>,
    delay: u16,
}

/// One image, without its codes.
struct Image<'a> {
    at: usize,
    control: Option<Control>,
    corner: (u16, u16),
    size: (u16, u16),
    table: &'a [u8],
    colours: Colours,
}

impl Image<'_> {
    fn transparent(&self) -> Option<u8> {
        self.control.and_then(|control| control.transparent)
    }
}

/// A number of 16 bits, the low byte first.
fn number(cursor: &mut Cursor<'_>, what: &'static str) -> Result<u16, Rejection> {
    Ok(cursor.word(what)?.swap_bytes())
}

/// A colour table of the size that the three bits of `flags` tell, if they say that there is one.
fn table<'a>(cursor: &mut Cursor<'a>, flags: u8) -> Result<&'a [u8], Rejection> {
    if flags & 0x80 == 0 {
        cursor.require(flags & 7 == 0, "no size of a table that is not there")?;
        return Ok(&[]);
    }
    let length = [6, 12, 24, 48, 96, 192, 384, 768].get(usize::from(flags & 7)).copied();
    cursor.take(length.unwrap_or(768), "a colour table")
}

fn screen<'a>(cursor: &mut Cursor<'a>) -> Result<Screen<'a>, Rejection> {
    let old = cursor.passes(b"GIF87a");
    if !old {
        cursor.demand(b"GIF89a", "signature and version")?;
    }
    let size = (number(cursor, "a width")?, number(cursor, "a height")?);
    let flags = cursor.byte("the flags of the screen")?;
    cursor.require(flags & 0x78 == 0x70, "8 bits, a table not sorted")?;
    let background = cursor.byte("a background colour")?;
    cursor.demand(&[0], "no aspect ratio")?;
    let table = table(cursor, flags)?;
    Ok(Screen { old, size, background, table })
}

fn image<'a>(cursor: &mut Cursor<'a>, strings: &mut Strings) -> Result<Image<'a>, Rejection> {
    let at = cursor.at();
    let mut control = None;
    if cursor.passes(&[0x21, 0xF9, 4]) {
        let flags = cursor.byte("the flags of an image")?;
        let disposal = flags >> 2;
        cursor.require(disposal <= 5 && flags & 2 == 0, "a disposal method and no reserved bit")?;
        let delay = number(cursor, "a delay")?;
        let index = cursor.byte("a transparent colour")?;
        cursor.require(flags & 1 == 1 || index == 0, "no transparent colour")?;
        cursor.demand(&[0], "the end of the extension")?;
        control = Some(Control { disposal, transparent: (flags & 1 == 1).then_some(index), delay });
    }
    cursor.demand(b",", "an image")?;
    let corner = (number(cursor, "a left edge")?, number(cursor, "a top edge")?);
    let size = (number(cursor, "a width")?, number(cursor, "a height")?);
    let flags = cursor.byte("the flags of an image")?;
    cursor.require(flags & 0x38 == 0, "a table not sorted and no reserved bit")?;
    let table = table(cursor, flags)?;
    let pixels = u64::from(size.0).saturating_mul(size.1.into());
    let colours = codes::recognise(cursor, strings, pixels)?;
    Ok(Image { at, control, corner, size, table, colours })
}

/// Accepts what only all images together can tell.
fn shown(screen: &Screen<'_>, loops: bool, images: &[Image<'_>]) -> Result<(), Rejection> {
    let reject = |at: usize, what| Err(Rejection { at: at as u64, what });
    let Some(first) = images.first() else { return reject(13, "an image") };
    if images.iter().all(|image| image.size.0 == 0 || image.size.1 == 0) {
        return reject(first.at, "an image with width and height");
    }
    let fills = first.corner == (0, 0) && first.size == screen.size;
    if screen.old && fills {
        return reject(0, "version 89a");
    }
    let still = images.len() == 1;
    if still && loops {
        return reject(13, "no loop count of a still");
    }
    for image in images {
        let fits = match image.control {
            None => still,
            Some(Control { disposal: 0, transparent: Some(_), delay: 0 }) => true,
            Some(_) => !still,
        };
        if !fits {
            return reject(image.at, "the graphic control that an image needs");
        }
        if let Some(index) = image.transparent()
            && !image.colours.has(index)
            && image.colours.first_missing() != Some(index)
        {
            return reject(image.at, "the lowest colour that no pixel has");
        }
    }

    let opaque = images.iter().any(|image| image.transparent().is_none());
    let disposed = |image: &Image<'_>| image.control.is_some_and(|control| control.disposal == 2);
    let mut behind = opaque && !still && images.iter().any(disposed);
    behind |= !fills && first.transparent().is_none();
    if screen.background != 0 && !behind {
        return reject(11, "no background colour");
    }
    let mut global = Colours::default();
    let mut hidden = Colours::default();
    let mut asked = behind;
    if behind {
        global.add(screen.background);
    }
    for image in images {
        let (mut seen, mut unseen) = (image.colours, Colours::default());
        if let Some(index) = image.transparent() {
            seen.take_out(index);
            unseen.add(index);
        }
        if image.table.is_empty() {
            global.add_all(&seen);
            hidden.add_all(&unseen);
            asked = true;
        } else if !colours::is_least(image.table, &seen, &unseen) {
            return reject(image.at, "a colour table of what is seen");
        }
    }
    let table = screen.table;
    if table.is_empty() && screen.background != 0 {
        return reject(11, "a background colour of a table");
    }
    if !table.is_empty()
        && (!asked
            || behind && usize::from(screen.background) >= table.len() / 3
            || !colours::is_least(table, &global, &hidden))
    {
        return reject(13, "a global colour table of what is seen");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STILL: &[u8] =
        b"GIF89a\x02\0\x01\0\xF0\0\0\0\0\0\x10\x20\x30,\0\0\0\0\x02\0\x01\0\0\x02\x02\x4C\x0A\0;";

    #[test]
    fn a_still_is_recognised_and_no_other_bit() {
        assert_eq!(recognise(STILL, None), Ok(()));
        assert_eq!(recognise(STILL, Some(Method::Strip)), Ok(()));
        assert!(recognise(STILL, Some(Method::Recode)).is_err());
        let mut accepted = Vec::new();
        for at in 0..STILL.len() {
            for bit in 0..8 {
                let mut other = STILL.to_vec();
                other[at] ^= 1 << bit;
                if recognise(&other, None).is_ok() {
                    accepted.push(at);
                }
            }
            assert!(recognise(&STILL[..at], None).is_err(), "{at}");
        }
        accepted.dedup();
        // the size of the screen (then with another version), a colour that is seen, the size and
        // place of the image, its rows interlaced, the codes of its pixels
        let free = |at: &usize| {
            (6..10).contains(at) || (16..19).contains(at) || (20..29).contains(at) || *at == 31
        };
        assert!(accepted.iter().all(free), "{accepted:?}");
        assert!(recognise(&[STILL, b"x"].concat(), None).is_err());
    }
}
