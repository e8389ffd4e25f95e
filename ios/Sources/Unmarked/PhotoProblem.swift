import Foundation
import UnmarkedCore

/// Why there is no clean photo, in words for a person. Nothing in it comes from the photo, so it may
/// be shown and logged.
public struct PhotoProblem: LocalizedError, Equatable, Sendable {
    /// Each kind is a different thing to do.
    public enum Kind: String, Sendable, CaseIterable {
        /// Nothing in the share is a photo.
        case noPhoto
        /// More than one photo was shared.
        case severalPhotos
        /// A folder, a pipe or a device.
        case notAFile
        /// The photo could not be read, or changed while it was.
        case unreadable
        /// Not a photo, or empty.
        case notAPhoto
        /// A format, coding or colour profile that cannot be cleaned.
        case unsupported
        /// Cut off or damaged.
        case damaged
        /// Past the limit.
        case tooLarge
        /// The clean photo could not be written.
        case notWritten
        /// The share is over and its photo is wiped.
        case finished
        /// The result did not pass the audit, or the system failed. Nothing was released.
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
        self.init(kind, reason: Words.reason(kind), advice: Words.advice(kind))
    }

    /// A problem in the core's words, which are clauses: they are made sentences.
    private init(_ kind: Kind, said reason: String, _ advice: String) {
        self.init(kind, reason: Words.sentence(reason), advice: Words.sentence(advice))
    }

    private init(_ kind: Kind, reason: String, advice: String) {
        self.kind = kind
        self.reason = reason
        self.advice = advice
    }

    /// Any error of this road as a problem. The core tells its reason; of an error that nobody
    /// expected, nothing is told but that it happened.
    init(_ error: any Error) {
        switch error {
        case let problem as PhotoProblem: self = problem
        case PhotoError.NotAPhoto(let reason, let advice): self.init(.notAPhoto, said: reason, advice)
        case PhotoError.Unsupported(let reason, let advice): self.init(.unsupported, said: reason, advice)
        case PhotoError.Undecoded(let reason, let advice): self.init(.unsupported, said: reason, advice)
        case PhotoError.Damaged(let reason, let advice): self.init(.damaged, said: reason, advice)
        case PhotoError.TooLarge(let reason, let advice): self.init(.tooLarge, said: reason, advice)
        case PhotoError.NotWritten(let reason, let advice): self.init(.notWritten, said: reason, advice)
        case PhotoError.Failed(let reason, let advice): self.init(.failed, said: reason, advice)
        default: self.init(.failed)
        }
    }

    /// A heading of a few words.
    public var title: String { Words.title(kind) }
    /// The reason: what `localizedDescription` gives.
    public var errorDescription: String? { reason }
    /// The advice.
    public var recoverySuggestion: String? { advice }
}
