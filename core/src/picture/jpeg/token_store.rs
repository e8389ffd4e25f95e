//! Memory for tokens.

use zeroize::Zeroizing;

use crate::Error;
use crate::memory::Memory;
use crate::picture::jpeg::tokens::{BlockRoom, ROOM, Token};

/// Tokens in memory, wiped on drop.
#[derive(Debug)]
pub(crate) struct TokenStore {
    memory: Memory,
    /// True if it holds all that was ever appended.
    whole: bool,
}

impl TokenStore {
    /// Room for `tokens` tokens.
    pub(crate) fn with_room_for(tokens: usize) -> Result<TokenStore, Error> {
        // what the last block may have beyond its tokens
        let tokens = tokens.saturating_add(ROOM);
        let memory = Memory::with_capacity(tokens.saturating_mul(size_of::<Token>()))?;
        Ok(TokenStore { memory, whole: true })
    }

    /// Lets `write` append tokens. Those for which there is no room are lost.
    pub(crate) fn append(&mut self, write: impl FnOnce(&mut TokenRoom<'_>)) -> Result<(), Error> {
        let whole = &mut self.whole;
        self.memory.fill(|room| {
            // once one is lost the others have no place
            let room = if *whole { room } else { &mut [] };
            let mut room = TokenRoom::new(room.as_chunks_mut().0);
            write(&mut room);
            *whole &= !room.lost;
            Ok::<_, Error>(room.filled * size_of::<Token>())
        })?;
        Ok(())
    }

    /// All tokens, or none if some are lost.
    pub(crate) fn tokens(&self) -> Option<&[Token]> {
        if self.whole { Some(self.memory.as_chunks().0) } else { None }
    }
}

/// Room that takes the tokens of one block after another.
#[derive(Debug)]
pub(crate) struct TokenRoom<'a> {
    tokens: &'a mut [Token],
    filled: usize,
    /// Takes what has no place.
    spill: Zeroizing<BlockRoom>,
    lost: bool,
}

impl<'a> TokenRoom<'a> {
    pub(crate) fn new(tokens: &'a mut [Token]) -> TokenRoom<'a> {
        TokenRoom { tokens, filled: 0, spill: Zeroizing::new([[0; 2]; ROOM]), lost: false }
    }

    /// Lets `write` put the tokens of a block into some room and say how many there are.
    #[inline]
    pub(crate) fn block(&mut self, write: impl FnOnce(&mut BlockRoom) -> usize) {
        match self.tokens.get_mut(self.filled..).and_then(<[Token]>::first_chunk_mut) {
            Some(room) => self.filled += write(room),
            None => {
                write(&mut self.spill);
                self.lost = true;
            }
        }
    }

    /// How many tokens there are.
    pub(crate) fn filled(&self) -> usize {
        self.filled
    }
}
