import XCTest

@testable import Unmarked

final class IncomingShareTests: XCTestCase {
    func testThePictureAloneIsTaken() throws {
        let share = [["public.plain-text"], ["public.heic", "public.jpeg"], ["public.url"]]
        XCTAssertEqual(
            try IncomingShare.photo(among: share),
            IncomingShare.Choice(attachment: 1, typeIdentifier: "public.jpeg")
        )
    }

    func testWhatTheCoreRefusesIsStillLoaded() throws {
        XCTAssertEqual(try IncomingShare.photo(among: [["public.image", "public.heic"]]).typeIdentifier, "public.heic")
        XCTAssertEqual(try IncomingShare.photo(among: [["public.image"]]).typeIdentifier, "public.image")
    }

    func testNoneOrSeveral() {
        for share in [[], [[]], [["public.url"], ["public.plain-text"]], [["public.movie"]]] {
            XCTAssertThrowsError(try IncomingShare.photo(among: share)) {
                XCTAssertEqual(($0 as? PhotoProblem)?.kind, .noPhoto)
            }
        }
        XCTAssertThrowsError(try IncomingShare.photo(among: [["public.jpeg"], ["public.png"]])) {
            XCTAssertEqual(($0 as? PhotoProblem)?.kind, .severalPhotos)
        }
    }
}
