import Foundation
import UnmarkedCore

/// Why the vault did not do what it was asked, in words for a person. Nothing in it comes from a photo
/// or a key, so it may be shown and logged.
public struct VaultProblem: LocalizedError, Equatable, Sendable {
    /// Each kind is a different thing to do.
    public enum Kind: String, Sendable, CaseIterable {
        /// The device's key or the passphrase is wrong.
        case wrongKey
        /// It is opened by something else than what was given: ask for that.
        case needsOther
        /// There is no vault: create one.
        case noVault
        /// There is a vault, or something else, where one is to be created.
        case notEmpty
        /// Another process or object has it open.
        case inUse
        /// Written by another version.
        case otherVersion
        /// The vault or one record is damaged or was changed.
        case damaged
        /// An older state of the vault than the one that was noted.
        case rolledBack
        /// No space, or a disk that fails.
        case storage
        /// The record's time is over.
        case expired
        /// The record was read as often as it may be.
        case noViewsLeft
        /// No record has this id.
        case noSuchRecord
        /// A passphrase or words that cannot be used.
        case unusable
        /// It is not open.
        case locked
        /// The keychain has no key for it: nothing opens it now.
        case keyLost
        /// What the keychain has is no key of a vault.
        case keyDamaged
        /// The device is locked, so the keychain gives no key.
        case deviceLocked
        /// The keychain failed in another way.
        case keychain
        /// Something else. Nothing is lost.
        case failed
    }

    /// What kind of problem it is.
    public let kind: Kind
    /// What is wrong, in one sentence.
    public let reason: String
    /// What to do, in one sentence.
    public let advice: String

    /// A problem of the shell's own, in its words.
    init(_ kind: Kind) {
        (self.kind, reason, advice) = (kind, Words.reason(kind), Words.advice(kind))
    }

    /// A problem in the core's words, which are clauses: they are made sentences.
    private init(_ kind: Kind, said reason: String, _ advice: String) {
        (self.kind, self.reason, self.advice) = (kind, Words.sentence(reason), Words.sentence(advice))
    }

    /// Any error of this road as a problem. Of an error that nobody expected, nothing is told but that
    /// it happened.
    init(_ error: any Error) {
        switch error {
        case let problem as VaultProblem: self = problem
        case VaultError.WrongKey(let reason, let advice): self.init(.wrongKey, said: reason, advice)
        case VaultError.NeedsOther(_, let reason, let advice): self.init(.needsOther, said: reason, advice)
        case VaultError.NoVault(let reason, let advice): self.init(.noVault, said: reason, advice)
        case VaultError.NotEmpty(let reason, let advice): self.init(.notEmpty, said: reason, advice)
        case VaultError.InUse(let reason, let advice): self.init(.inUse, said: reason, advice)
        case VaultError.OtherVersion(let reason, let advice): self.init(.otherVersion, said: reason, advice)
        case VaultError.Damaged(let reason, let advice): self.init(.damaged, said: reason, advice)
        case VaultError.RolledBack(let reason, let advice): self.init(.rolledBack, said: reason, advice)
        case VaultError.Storage(let reason, let advice): self.init(.storage, said: reason, advice)
        case VaultError.Expired(let reason, let advice): self.init(.expired, said: reason, advice)
        case VaultError.NoViewsLeft(let reason, let advice): self.init(.noViewsLeft, said: reason, advice)
        case VaultError.NoSuchRecord(let reason, let advice): self.init(.noSuchRecord, said: reason, advice)
        case VaultError.Unusable(let reason, let advice): self.init(.unusable, said: reason, advice)
        case VaultError.Locked(let reason, let advice): self.init(.locked, said: reason, advice)
        case VaultError.Failed(let reason, let advice): self.init(.failed, said: reason, advice)
        default: self.init(.failed)
        }
    }

    /// The reason: what `localizedDescription` gives.
    public var errorDescription: String? { reason }
    /// The advice.
    public var recoverySuggestion: String? { advice }
}
