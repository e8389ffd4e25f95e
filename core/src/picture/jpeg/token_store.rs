//! Memory for tokens.

use zeroize::Zeroizing;

use crate::Error;
use crate::memory::Memory;
use crate::picture::jpeg::tokens::{BlockRoom, ROOM, Token};

/// Tokens in pieces of memory, wiped on drop. It keeps all that it is given, or nothing.
#[derive(Debug)]
pub(crate) struct TokenStore {
    pieces: Vec<Memory>,
    /// How many more bytes may be taken; none once that was not enough.
    left: Option<usize>,
}

/// The least size of a piece, in bytes.
const PIECE: usize = 2 << 20;

impl TokenStore {
    /// Empty; it will take at most about `memory` bytes.
    pub(crate) fn within(memory: usize) -> TokenStore {
        TokenStore { pieces: Vec::new(), left: Some(memory) }
    }

    /// Lets `write` append at most `most` tokens.
    pub(crate) fn append(
        &mut self,
        most: usize,
        write: impl FnOnce(&mut TokenRoom<'_>),
    ) -> Result<(), Error> {
        let needed = most.saturating_add(ROOM).saturating_mul(size_of::<Token>());
        let room = self.pieces.last().map_or(0, |piece| piece.capacity() - piece.len());
        if room < needed
            && let Some(left) = self.left
        {
            let size = needed.max(PIECE);
            self.left = left.checked_sub(size);
            match self.left {
                Some(_) => self.pieces.push(Memory::with_capacity(size)?),
                None => self.pieces.clear(),
            }
        }
        let Some(piece) = self.pieces.last_mut() else {
            write(&mut TokenRoom::new(&mut []));
            return Ok(());
        };
        piece.fill(|room| {
            let mut room = TokenRoom::new(room.as_chunks_mut().0);
            write(&mut room);
            Ok::<_, Error>(room.filled * size_of::<Token>())
        })?;
        Ok(())
    }

    /// All tokens in order, as they were appended piece by piece; none if there were too many.
    pub(crate) fn pieces(&self) -> Option<impl Iterator<Item = &[Token]>> {
        self.left.map(|_| self.pieces.iter().map(|piece| piece.as_chunks().0))
    }
}

/// Room that takes the tokens of one block after another.
#[derive(Debug)]
pub(crate) struct TokenRoom<'a> {
    tokens: &'a mut [Token],
    filled: usize,
    /// Takes what has no place, which is lost.
    spill: Zeroizing<BlockRoom>,
}

impl<'a> TokenRoom<'a> {
    /// From the start of `tokens`. Each block needs a whole [`BlockRoom`], whatever it leaves of it.
    pub(crate) fn new(tokens: &'a mut [Token]) -> TokenRoom<'a> {
        TokenRoom { tokens, filled: 0, spill: Zeroizing::new([[0; 2]; ROOM]) }
    }

    /// Lets `write` put the tokens of a block into some room and say how many there are.
    #[inline]
    pub(crate) fn block(&mut self, write: impl FnOnce(&mut BlockRoom) -> usize) {
        match self.tokens.get_mut(self.filled..).and_then(<[Token]>::first_chunk_mut) {
            Some(room) => self.filled += write(room),
            None => {
                write(&mut self.spill);
            }
        }
    }

    /// How many tokens there are.
    pub(crate) fn filled(&self) -> usize {
        self.filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(number: u8) -> impl FnOnce(&mut BlockRoom) -> usize {
        move |room| {
            room[0] = [number, 1];
            1
        }
    }

    #[test]
    fn pieces_are_given_back_in_order() {
        let mut store = TokenStore::within(3 * PIECE);
        let most = PIECE / 2 - ROOM - 1;
        for number in 0..4 {
            store.append(most, |room| room.block(block(number))).unwrap();
        }
        let all: Vec<Token> = store.pieces().unwrap().flatten().copied().collect();
        assert_eq!(all, [[0, 1], [1, 1], [2, 1], [3, 1]]);
        assert!(store.pieces().unwrap().count() > 1);
    }

    #[test]
    fn what_is_too_much_is_not_kept_in_part() {
        let mut store = TokenStore::within(PIECE);
        for number in 0..4 {
            store.append(PIECE / 2 - ROOM, |room| room.block(block(number))).unwrap();
        }
        assert!(store.pieces().is_none());
    }
}
