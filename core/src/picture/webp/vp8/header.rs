//! The header of a key frame in the first partition: RFC 6386, sections 9.2 to 9.11 and 19.2.

use super::modes::Modes;
use super::tokens::Tokens;
use crate::constants::vp8::{TOKEN_DEFAULTS, TOKEN_UPDATES, TokenProbabilities};
use crate::picture::webp::bools::{BoolWriter, Bools};

/// All of the header that can change a pixel, and what says how the modes are coded. What is left
/// out: the colour space and whether values need clamping (decoders pass over both), and whether
/// probabilities last for the next frame.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) segments: Option<Segments>,
    simple_filter: bool,
    filter_level: u8,
    sharpness: u8,
    /// How the filter level changes: by reference frame, then by mode. Only that of key frames, and
    /// of macroblocks with modes of their own for subblocks, are in use.
    deltas: Option<[i8; 2]>,
    /// How many partitions of tokens: 1, 2, 4 or 8.
    pub(super) partitions: usize,
    quantiser: u8,
    /// Of Y1 DC, Y2 DC, Y2 AC, chroma DC, chroma AC.
    quantiser_deltas: [i8; 5],
    pub(super) tokens: TokenProbabilities,
    /// The probability that a macroblock has tokens, if that is told of each.
    pub(super) has_tokens: Option<u8>,
}

/// Parts of the picture with settings of their own: section 9.3.
#[derive(Debug)]
pub(super) struct Segments {
    /// The probabilities of the tree that tells the segment of each macroblock, if it is told.
    pub(super) map: Option<[u8; 3]>,
    settings: Option<Settings>,
}

#[derive(Debug)]
struct Settings {
    /// True if they stand in for those of the frame, false if they are added to them.
    absolute: bool,
    quantiser: [i8; 4],
    filter_level: [i8; 4],
}

impl Header {
    pub(super) fn read(bools: &mut Bools<'_>) -> Header {
        let _colour_space = bools.flag();
        let _clamping = bools.flag();
        let segments = bools.flag().then(|| Segments::read(bools));
        let simple_filter = bools.flag();
        let filter_level = bools.number(6);
        let sharpness = bools.number(3);
        let deltas = bools.flag().then(|| {
            let mut deltas = [0i8; 8];
            if bools.flag() {
                for delta in &mut deltas {
                    *delta = bools.signed(6);
                }
            }
            [deltas[0], deltas[4]]
        });
        let partitions = 1 << bools.number(2);
        let quantiser = bools.number(7);
        let mut quantiser_deltas = [0; 5];
        for delta in &mut quantiser_deltas {
            *delta = bools.signed(4);
        }
        let _refresh = bools.flag();
        let mut tokens = TOKEN_DEFAULTS;
        let all = tokens.as_flattened_mut().as_flattened_mut().as_flattened_mut();
        let updates = TOKEN_UPDATES.as_flattened().as_flattened().as_flattened();
        for (probability, update) in all.iter_mut().zip(updates) {
            if bools.bit(*update) {
                *probability = bools.number(8);
            }
        }
        let has_tokens = bools.flag().then(|| bools.number(8));
        Header {
            segments,
            simple_filter,
            filter_level,
            sharpness,
            deltas,
            partitions,
            quantiser,
            quantiser_deltas,
            tokens,
            has_tokens,
        }
    }

    /// Takes out what neither `modes` nor `tokens` use: it changes no pixel.
    pub(super) fn reduce(&mut self, modes: &Modes, tokens: &Tokens) {
        let filtered = self.filter_level > 0;
        if !filtered {
            // the level of the frame alone turns the filter off: libwebp, libvpx
            self.simple_filter = false;
            self.sharpness = 0;
        }
        if let Some([_, own_modes]) = &mut self.deltas
            && !modes.have_subblocks()
        {
            *own_modes = 0;
        }
        self.deltas = self.deltas.filter(|deltas| filtered && *deltas != [0, 0]);
        let (quantised, has_y2) = modes.have_tokens();
        if !quantised {
            self.quantiser = 0;
            self.quantiser_deltas = [0; 5];
        }
        if !has_y2 {
            self.quantiser_deltas[1..3].fill(0);
        }
        if let Some(segments) = &mut self.segments {
            if let Some(map) = &mut segments.map {
                let used = modes.segments();
                // the probabilities of branches that nothing takes
                let pairs = [true, used[0] || used[1], used[2] || used[3]];
                for (probability, taken) in map.iter_mut().zip(pairs) {
                    if !taken {
                        *probability = 255;
                    }
                }
            }
            if let Some(settings) = &mut segments.settings {
                for (segment, used) in modes.segments().iter().enumerate() {
                    if !used || !quantised {
                        settings.quantiser[segment] = 0;
                    }
                    if !used || !filtered {
                        settings.filter_level[segment] = 0;
                    }
                }
                if settings.absolute {
                    self.quantiser = 0;
                }
            }
        }
        tokens.keep_used(&mut self.tokens);
    }

    pub(super) fn write(&self, out: &mut BoolWriter) {
        out.flag(false);
        out.flag(false);
        out.flag(self.segments.is_some());
        if let Some(segments) = &self.segments {
            segments.write(out);
        }
        out.flag(self.simple_filter);
        out.number(self.filter_level, 6);
        out.number(self.sharpness, 3);
        out.flag(self.deltas.is_some());
        if let Some([key, own_modes]) = self.deltas {
            out.flag(true);
            [key, 0, 0, 0, own_modes, 0, 0, 0].iter().for_each(|delta| out.signed(*delta, 6));
        }
        out.number(self.partitions.trailing_zeros() as u8, 2);
        out.number(self.quantiser, 7);
        self.quantiser_deltas.iter().for_each(|delta| out.signed(*delta, 4));
        out.flag(false);
        let told = self.tokens.as_flattened().as_flattened().as_flattened();
        let defaults = TOKEN_DEFAULTS.as_flattened().as_flattened().as_flattened();
        let updates = TOKEN_UPDATES.as_flattened().as_flattened().as_flattened();
        for ((probability, default), update) in told.iter().zip(defaults).zip(updates) {
            out.put(probability != default, *update);
            if probability != default {
                out.number(*probability, 8);
            }
        }
        out.flag(self.has_tokens.is_some());
        if let Some(probability) = self.has_tokens {
            out.number(probability, 8);
        }
    }
}

impl Segments {
    fn read(bools: &mut Bools<'_>) -> Segments {
        let has_map = bools.flag();
        let settings = bools.flag().then(|| {
            let absolute = bools.flag();
            let quantiser = [(); 4].map(|()| bools.signed(7));
            let filter_level = [(); 4].map(|()| bools.signed(6));
            Settings { absolute, quantiser, filter_level }
        });
        let map =
            has_map.then(|| [(); 3].map(|()| if bools.flag() { bools.number(8) } else { 255 }));
        Segments { map, settings }
    }

    fn write(&self, out: &mut BoolWriter) {
        out.flag(self.map.is_some());
        out.flag(self.settings.is_some());
        if let Some(settings) = &self.settings {
            out.flag(settings.absolute);
            settings.quantiser.iter().for_each(|quantiser| out.signed(*quantiser, 7));
            settings.filter_level.iter().for_each(|level| out.signed(*level, 6));
        }
        for probability in self.map.iter().flatten() {
            out.flag(*probability != 255);
            if *probability != 255 {
                out.number(*probability, 8);
            }
        }
    }
}
