import UnmarkedCore

/// Cleans photos, away from the main actor and one at a time, so that no two originals of one cleaner
/// are in memory together.
///
/// A task that is cancelled before its turn comes, or while its photo is read, cleans nothing and
/// throws `CancellationError`. Everything else that goes wrong is a `PhotoProblem`.
public actor PhotoCleaner {
    private let limit: ReadLimit

    /// A cleaner that refuses photos past `limit`.
    public init(limit: ReadLimit) {
        self.limit = limit
    }

    /// The clean photo, which has passed the core's audit.
    public func clean(_ incoming: IncomingPhoto) throws -> OutgoingPhoto {
        try Task.checkCancellation()
        do {
            return try incoming.withBytes(limit: limit) { bytes in
                try Task.checkCancellation()
                return try OutgoingPhoto(cleanPhoto(photo: bytes, policy: CleaningPolicy(method: .strip)))
            }
        } catch let cancelled as CancellationError {
            throw cancelled
        } catch {
            throw PhotoProblem(error)
        }
    }
}
