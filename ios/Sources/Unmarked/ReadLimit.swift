/// The largest photo that is read, in bytes.
public struct ReadLimit: Sendable, Equatable {
    /// Bytes.
    public let bytes: Int

    /// A limit of `bytes`, 0 or more.
    public init(bytes: Int) {
        self.bytes = max(bytes, 0)
    }

    /// In an app: what the core takes, 512 MiB.
    public static let app = ReadLimit(bytes: 512 << 20)

    /// In a share extension, which the system ends when it takes too much memory: 40 MiB. At most two
    /// copies are in memory at once: the photo and the clean one, then that and the share sheet's.
    public static let shareExtension = ReadLimit(bytes: 40 << 20)
}
