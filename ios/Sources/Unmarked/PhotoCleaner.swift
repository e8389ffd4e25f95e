import Foundation
import UnmarkedCore

/// Cleans photos, away from the main actor and one at a time, so that no two originals of one cleaner
/// are in memory together.
///
/// A task that is cancelled before its turn comes, or while its photo is read, cleans nothing and
/// throws `CancellationError`. Everything else that goes wrong is a `PhotoProblem`.
public actor PhotoCleaner {
    private let limit: ReadLimit
    private let policy: CleaningPolicy
    private let decoder: PlatformPixels.Decoder

    /// Strip, and Rebuild where Strip has to refuse a photo that can be shown. The report says so.
    public static let usual = CleaningPolicy(method: .strip, rebuildIfRefused: true)

    /// A cleaner that refuses photos past `limit` and cleans as `policy` says: `usual`, or the preset
    /// `channelPolicy(channel:)`.
    public init(limit: ReadLimit, policy: CleaningPolicy = PhotoCleaner.usual) {
        self.init(limit: limit, policy: policy, decoder: PlatformPixels.draw)
    }

    init(limit: ReadLimit, policy: CleaningPolicy, decoder: @escaping PlatformPixels.Decoder) {
        self.limit = limit
        self.policy = policy
        self.decoder = decoder
    }

    /// The clean photo, which has passed the core's audit.
    public func clean(_ incoming: IncomingPhoto) throws -> OutgoingPhoto {
        try Task.checkCancellation()
        do {
            return try incoming.withBytes(limit: limit) { bytes in
                try Task.checkCancellation()
                return try OutgoingPhoto(cleaned(bytes))
            }
        } catch let cancelled as CancellationError {
            throw cancelled
        } catch {
            throw PhotoProblem(error)
        }
    }

    /// By the core alone, or from what the platform's decoder draws where the core cannot.
    private func cleaned(_ photo: Data) throws -> CleanPhoto {
        do {
            return try cleanPhoto(photo: photo, policy: policy)
        } catch let refusal as PhotoError {
            guard case .Undecoded = refusal, let pixels = decoder(photo) else { throw refusal }
            return try pixels.cleaned(of: photo, policy)
        }
    }
}
