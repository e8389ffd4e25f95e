//! Recipients and identities native to age (age, "X25519 recipient stanza").

use std::fmt;
use std::str::FromStr;

use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};
use zeroize::Zeroizing;

use super::header::Stanza;
use super::keys::{self, FileKey};
use super::{Error, base64, bech32};

pub(super) const KIND: &str = "X25519";
const INFO: &[u8] = b"age-encryption.org/v1/X25519";
const IDENTITY: &str = "AGE-SECRET-KEY-";

/// Somebody to whom a file is sealed, by a public key: `age1…`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Recipient([u8; 32]);

/// The secret key that opens what is sealed to its [`Recipient`]: `AGE-SECRET-KEY-1…`. Wiped on
/// drop; its words never show it.
pub struct Identity(Zeroizing<[u8; 32]>);

impl Recipient {
    /// The stanza for this recipient: its one argument and its body.
    pub(super) fn wrap(&self, file_key: &FileKey) -> Result<(String, Vec<u8>), Error> {
        let secret = keys::random::<32>()?;
        let share = x25519(*secret, X25519_BASEPOINT_BYTES);
        let key = wrapping_key(&secret, &self.0, &share, &self.0)
            .ok_or(Error::Recipient("it is no key that anything can be sealed to"))?;
        Ok((base64::encode(&share), file_key.wrap(&key)?.to_vec()))
    }
}

impl Identity {
    /// A new one, from the system's generator.
    pub fn generate() -> Result<Identity, Error> {
        keys::random().map(Identity)
    }

    /// Who has this identity, as others name them.
    pub fn recipient(&self) -> Recipient {
        Recipient(x25519(*self.0, X25519_BASEPOINT_BYTES))
    }

    /// The identity in words, as the age tools write it into their files.
    pub fn to_words(&self) -> Zeroizing<String> {
        let mut words = bech32::encode(&IDENTITY.to_ascii_lowercase(), &self.0);
        words.make_ascii_uppercase();
        words
    }

    /// The file key that `stanza` holds; none if it is not for this identity.
    pub(super) fn unwrap(&self, stanza: &Stanza<'_>) -> Result<Option<FileKey>, Error> {
        if stanza.kind != KIND {
            return Ok(None);
        }
        // the standard refuses the whole file for a stanza of this kind in any other form
        let [share] = stanza.arguments.as_slice() else { return Err(Error::HEADER) };
        let share = base64::decode(share.as_bytes()).ok_or(Error::HEADER)?;
        let share: [u8; 32] = share.as_slice().try_into().map_err(|_| Error::HEADER)?;
        let wrapped = stanza.body.as_slice().try_into().map_err(|_| Error::HEADER)?;
        let key =
            wrapping_key(&self.0, &share, &share, &self.recipient().0).ok_or(Error::HEADER)?;
        Ok(FileKey::unwrap(&key, wrapped))
    }
}

/// The key that wraps the file key: what `secret` and `other` share, bound to both public keys. None
/// if they share nothing, since `other` is of low order.
fn wrapping_key(
    secret: &[u8; 32],
    other: &[u8; 32],
    share: &[u8; 32],
    recipient: &[u8; 32],
) -> Option<Zeroizing<[u8; 32]>> {
    let shared = Zeroizing::new(x25519(*secret, *other));
    let nothing = shared.iter().fold(0, |all, byte| all | byte) == 0;
    let salt = [&share[..], recipient].concat();
    (!nothing).then(|| keys::hkdf(&salt, INFO, &shared[..]))
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Recipient, Error> {
        if let Some(key) = bech32::decode("age", text) {
            return Ok(Recipient(*key));
        }
        Err(Error::Recipient(match text.trim() {
            // BIP 173: the human-readable part ends at the last 1
            text if text.starts_with("age1pq1") => "age1pq… (post-quantum) is not supported yet",
            text if text.starts_with("age1tag") => "age1tag… (a hardware key) is not supported",
            text if text.starts_with("age1") && text.matches('1').count() > 1 => {
                "age1…1… (a plugin's) is not supported"
            }
            text if text.starts_with("ssh-") => "an SSH key is not supported",
            text if text.starts_with("AGE-SECRET-KEY-") => {
                "this is a secret key: never hand it out, and seal to the public key that belongs to it"
            }
            text if text.starts_with("age1") => "it is mistyped or cut",
            _ => "it does not begin with age1",
        }))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech32::encode("age", &self.0))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Identity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Identity, Error> {
        if text.starts_with(IDENTITY) && !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            let lower = Zeroizing::new(text.to_ascii_lowercase());
            let prefix = IDENTITY.to_ascii_lowercase();
            if let Some(key) = bech32::decode(&prefix, &lower) {
                return Ok(Identity(key));
            }
        }
        Err(Error::Identity(match text.trim() {
            text if text.starts_with("AGE-SECRET-KEY-PQ-") => {
                "AGE-SECRET-KEY-PQ-… (post-quantum) is not supported yet"
            }
            text if text.starts_with("AGE-PLUGIN-") => "AGE-PLUGIN-… (a plugin's) is not supported",
            text if text.starts_with("-----BEGIN OPENSSH") => "an SSH key is not supported",
            text if text.starts_with("-----BEGIN") || text.starts_with("age-encryption.org/") => {
                "it is encrypted itself: decrypt it with age -d first"
            }
            text if text.starts_with(IDENTITY) => "it is mistyped or cut",
            text if text.starts_with("age1") => "this is a public key: the secret one opens files",
            _ => "it does not begin with AGE-SECRET-KEY-",
        }))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AGE-SECRET-KEY-…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        let identity = Identity::generate().unwrap();
        let words = identity.to_words();
        assert_eq!(Identity::from_str(&words).unwrap().0, identity.0);
        let recipient = identity.recipient();
        assert_eq!(recipient.to_string().parse(), Ok(recipient));
        assert!(!format!("{identity:?}").contains(&words[16..]));
    }

    #[test]
    fn the_key_of_the_test_kit() {
        // C2SP CCTV, age, x25519: the identity, and the recipient by age-keygen -y
        let identity: Identity =
            "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
                .parse()
                .unwrap();
        assert_eq!(
            identity.recipient().to_string(),
            "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef"
        );
    }

    #[test]
    fn other_keys_are_refused_by_name() {
        for (text, words) in [
            ("age1pq1xyz", "post-quantum"),
            ("age1yubikey1qwe", "plugin"),
            ("ssh-ed25519 AAAA", "SSH"),
            ("AGE-SECRET-KEY-1EGTZ", "never hand it out"),
            ("age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2q", "mistyped"),
            ("AGE1LVYVWAWKR0MCNNNNCAGHUNADRQKMUF9E6507X9Y920XXPP866CNQL7DP2Z", "begin with age1"),
            ("alice", "begin with age1"),
        ] {
            let error = Recipient::from_str(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
        for (text, words) in [
            ("age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z", "public key"),
            ("AGE-PLUGIN-YUBIKEY-1QQ", "plugin"),
            ("AGE-SECRET-KEY-PQ-1QQ", "post-quantum"),
            ("age-encryption.org/v1", "encrypted itself"),
            ("AGE-SECRET-KEY-1EGTZVFFV20835", "mistyped"),
        ] {
            let error = Identity::from_str(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn a_key_of_low_order_is_no_recipient() {
        let file_key = FileKey::generate().unwrap();
        for low in [[0; 32], {
            let mut one = [0; 32];
            one[0] = 1;
            one
        }] {
            assert!(matches!(Recipient(low).wrap(&file_key), Err(Error::Recipient(_))));
        }
    }
}
