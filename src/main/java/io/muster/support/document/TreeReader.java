package io.muster.support.document;

import io.muster.support.document.Node.Entry;
import io.muster.support.document.Node.Scalar;
import io.muster.support.document.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes nodes of the steps of a parser. */
final class TreeReader {

    private final Tokens tokens;
    private final DocumentKind kind;
    private final Problems problems;
    private final Map<String, Node> anchored = new HashMap<>();
    private int repeated;

    TreeReader(Tokens tokens, DocumentKind kind, Problems problems) {
        this.tokens = tokens;
        this.kind = kind;
        this.problems = problems;
    }

    /** The root; empty when there is nothing. */
    Optional<Node> read() {
        Token first = tokens.next();
        if (first == null) {
            problems.add(Place.START, DocumentPath.ROOT, "is empty. Write " + kind.content() + ", see " + kind.page());
            return Optional.empty();
        }

        Node root = node(first, DocumentPath.ROOT, 0);
        Token next = tokens.next();
        if (next != null) {
            problems.add(
                    next.place(),
                    DocumentPath.ROOT,
                    next.kind() == Kind.NEXT_DOCUMENT
                            ? "holds a second document. Write " + kind.content() + " per file"
                            : "goes on after its end. Write one document");
        }

        return Optional.ofNullable(root);
    }

    private Token next() {
        return Objects.requireNonNull(tokens.next());
    }

    /** The node that begins with a step; null for an alias that is a problem. */
    private @Nullable Node node(Token token, DocumentPath path, int depth) {
        token.tag()
                .ifPresent(tag -> problems.add(
                        token.place(),
                        path,
                        "has the tag " + tag + ", which " + kind.plural()
                                + " do not support. Remove it, or put a text that begins with ! in quotes"));
        if (kind.limits().aliases() == 0 && token.anchor().isPresent()) {
            problems.add(
                    token.place(),
                    path,
                    "has an anchor, which " + kind.plural()
                            + " do not support. Write the value out, or put a text that begins with & in quotes");
        }

        Node node = switch (token.kind()) {
            case QUOTED, PLAIN ->
                new Scalar(token.place(), token.text(), token.isNull() ? Scalar.Kind.NULL : Scalar.Kind.VALUE);
            case LIST -> list(token.place(), path, depth);
            case KEYS -> keys(token.place(), path, depth);
            case ALIAS -> alias(token, path, depth);
            case END, NEXT_DOCUMENT -> throw new IllegalStateException("Unexpected " + token);
        };
        if (node != null) {
            token.anchor().ifPresent(name -> anchored.put(name, node));
        }

        return node;
    }

    private Node list(Place place, DocumentPath path, int depth) {
        refuseDeeper(place, depth);
        List<Node> items = new ArrayList<>();
        int index = 0;
        for (Token token = next(); token.kind() != Kind.END; token = next()) {
            Node item = node(token, path.index(index), depth + 1);
            index++;
            if (item != null) {
                items.add(item);
            }
        }

        return new Node.Items(place, items);
    }

    private Node keys(Place place, DocumentPath path, int depth) {
        refuseDeeper(place, depth);
        LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
        for (Token token = next(); token.kind() != Kind.END; token = next()) {
            Node key = node(token, path, depth + 1);
            if (!token.isScalar() || (token.kind() == Kind.PLAIN && token.text().equals("<<"))) {
                if (key != null) {
                    problems.add(
                            token.place(),
                            path,
                            token.isScalar()
                                    ? "merges keys with <<, which " + kind.plural()
                                            + " do not support. Write the keys out"
                                    : "has a key that is not a plain word. Write KEY: VALUE");
                }

                var ignored = node(next(), path, depth + 1);
                continue;
            }

            DocumentPath child = path.key(token.text());
            Node value = node(next(), child, depth + 1);
            Entry earlier = entries.get(token.text());
            if (earlier != null) {
                problems.add(
                        token.place(),
                        child,
                        "is given twice (first on line " + earlier.keyPlace().line() + "). Remove one of the two");
            } else if (value != null) {
                entries.put(token.text(), new Entry(token.place(), value));
            }
        }

        return new Node.Keys(place, entries);
    }

    private void refuseDeeper(Place place, int depth) {
        if (depth > kind.limits().depth()) {
            throw new LimitPassed(place, kind.limits().tooDeep());
        }
    }

    private @Nullable Node alias(Token token, DocumentPath path, int depth) {
        if (kind.limits().aliases() == 0) {
            problems.add(
                    token.place(),
                    path,
                    "has an alias, which " + kind.plural()
                            + " do not support. Write the value out, or put a text that begins with * in quotes");
            return null;
        }

        // An anchor is known once its node has ended, so that nothing repeats itself.
        Node node = anchored.get(token.text());
        if (node == null) {
            problems.add(
                    token.place(),
                    path,
                    "repeats &" + token.text() + ", which does not exist above. Write the value out");
            return null;
        }

        refuseDeeper(token.place(), depth + height(node) - 1);
        repeated += size(node);
        if (repeated > kind.limits().aliases()) {
            throw new LimitPassed(
                    token.place(),
                    "repeats more than " + kind.limits().aliases() + " values with aliases. Write the values out");
        }

        return node;
    }

    /** How many levels of lists and keys are in a node. */
    private static int height(Node node) {
        return switch (node) {
            case Scalar ignored -> 0;
            case Node.Items list ->
                1 + list.items().stream().mapToInt(TreeReader::height).max().orElse(0);
            case Node.Keys keys ->
                1
                        + keys.entries().values().stream()
                                .mapToInt(entry -> height(entry.value()))
                                .max()
                                .orElse(0);
        };
    }

    /** How many nodes a node is. */
    private static int size(Node node) {
        return switch (node) {
            case Scalar ignored -> 1;
            case Node.Items list ->
                1 + list.items().stream().mapToInt(TreeReader::size).sum();
            case Node.Keys keys ->
                1
                        + keys.entries().values().stream()
                                .mapToInt(entry -> size(entry.value()))
                                .sum();
        };
    }
}
