import UnmarkedCore
import XCTest

@testable import Unmarked

/// Sealed files through the binding, over the real core.
final class SealedTests: FolderTestCase {
    // a key for tests that everybody knows: 32 times 0x42
    private static let identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
    private static let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    private let photo = TestPhoto().bytes
    private var state: URL { folder.appendingPathComponent("state") }

    private func sealed(_ terms: SealTerms = SealTerms()) throws -> Data {
        let lock = try SealLock.withRecipients(recipients: [Self.recipient])
        return try sealPhoto(photo: photo, lock: lock, terms: terms).all()
    }

    private func open(_ file: Data, _ key: SealKey? = nil) throws -> OpenedFile {
        let key = try key ?? SealKey.withIdentities(identities: Data(Self.identity.utf8))
        return try openSealed(file: file, key: key, folder: state.path)
    }

    func testOpenedByWhoHasTheIdentity() throws {
        let file = try sealed()
        XCTAssertEqual(try sealedNeeds(file: file), .identity)
        let opened = try open(file)
        XCTAssertEqual(opened.all(), photo)
        XCTAssertEqual(opened.mediaType(), "image/jpeg")
        XCTAssertNil(opened.viewsLeft())
    }

    func testViewsAreCountedToTheEnd() throws {
        let file = try sealed(SealTerms(views: 2))
        XCTAssertEqual(try open(file).viewsLeft(), 1)
        XCTAssertEqual(try open(file).viewsLeft(), 0)
        XCTAssertThrowsError(try open(file)) {
            guard case SealedError.NoViewsLeft = $0 else { return XCTFail("\($0)") }
        }
        XCTAssertThrowsError(try open(sealed(SealTerms(expires: 1)))) {
            guard case SealedError.Expired = $0 else { return XCTFail("\($0)") }
        }
    }

    func testANewPasswordOpensIt() throws {
        let lock = try SealLock.withNewPassword()
        let password = try XCTUnwrap(lock.newPassword())
        let file = try sealPhoto(photo: photo, lock: lock, terms: SealTerms(views: 3)).all()
        XCTAssertEqual(try sealedNeeds(file: file), .password)
        XCTAssertThrowsError(try open(file)) {
            guard case SealedError.NeedsOther = $0 else { return XCTFail("\($0)") }
        }
        let opened = try open(file, try SealKey.withPassword(password: Data(password.utf8)))
        XCTAssertEqual(opened.all(), photo)
        XCTAssertEqual(opened.viewsLeft(), 2)
    }

    func testWhatIsNoneOfItIsRefused() throws {
        XCTAssertThrowsError(try SealLock.withRecipients(recipients: ["age1"]))
        XCTAssertThrowsError(try SealLock.withPassword(password: Data()))
        XCTAssertThrowsError(try SealKey.withIdentities(identities: Data()))
        XCTAssertThrowsError(try open(photo))
        XCTAssertThrowsError(try open(try sealed().dropLast()))
    }
}

extension SealedFile {
    fileprivate func all() -> Data { pieces { read(offset: $0, length: .max) } }
}

extension OpenedFile {
    fileprivate func all() -> Data { pieces { read(offset: $0, length: .max) } }
}
