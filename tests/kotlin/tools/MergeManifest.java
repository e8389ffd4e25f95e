import java.io.File;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Merges a library's manifest into an app's, as far as these two need it: what the library declares
 * is added, and ${applicationId} is filled in. Whatever would need a rule for conflicts is refused.
 *
 * Usage: java MergeManifest.java APPLICATION_ID APP LIBRARY
 */
public final class MergeManifest {
    public static void main(String[] args) throws Exception {
        Document app = parse(args[1]);
        Element manifest = app.getDocumentElement();
        Element library = parse(args[2]).getDocumentElement();
        manifest.setAttribute("package", args[0]);
        for (Element part : children(library)) {
            if (part.getTagName().equals("application")) {
                if (part.getAttributes().getLength() > 0) {
                    throw new IllegalArgumentException("the library sets attributes of <application>");
                }
                Element application = only(manifest, "application");
                for (Element component : children(part)) {
                    application.appendChild(app.importNode(component, true));
                }
            } else {
                manifest.insertBefore(app.importNode(part, true), only(manifest, "application"));
            }
        }
        fill(manifest, args[0]);
        TransformerFactory.newInstance().newTransformer().transform(new DOMSource(app), new StreamResult(System.out));
    }

    private static Document parse(String file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new File(file));
    }

    private static Element only(Element parent, String name) {
        for (Element child : children(parent)) {
            if (child.getTagName().equals(name)) {
                return child;
            }
        }
        throw new IllegalArgumentException("no <" + name + ">");
    }

    private static java.util.List<Element> children(Element parent) {
        java.util.List<Element> found = new java.util.ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element) {
                found.add((Element) node);
            }
        }
        return found;
    }

    private static void fill(Element element, String id) {
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            Node attribute = element.getAttributes().item(i);
            attribute.setNodeValue(attribute.getNodeValue().replace("${applicationId}", id));
        }
        children(element).forEach(child -> fill(child, id));
    }
}
