import Foundation

/// Where small secrets are kept by name: the keychain, or what stands in for it.
protocol SecretStore: Sendable {
    /// The secret, or nil if there is none.
    func read(_ account: String) throws -> Data?
    /// Keeps the secret, whole or not at all, in place of one that is there.
    func write(_ account: String, _ secret: Data) throws
    /// Destroys the secret if it is there.
    func remove(_ account: String) throws
}
