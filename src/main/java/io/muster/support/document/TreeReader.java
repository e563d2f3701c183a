package io.muster.support.document;

import io.muster.support.document.Node.Entry;
import io.muster.support.document.Node.Scalar;
import io.muster.support.document.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes nodes of the steps of a parser. Depth costs memory here and no stack, so that a kind may allow a lot of it. */
final class TreeReader {

    private final Tokens tokens;
    private final DocumentKind kind;
    private final Problems problems;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Map<String, Node> anchored = new HashMap<>();
    private int repeated;
    private @Nullable Node root;

    TreeReader(Tokens tokens, DocumentKind kind, Problems problems) {
        this.tokens = tokens;
        this.kind = kind;
        this.problems = problems;
    }

    /** The root; empty when there is nothing. */
    Optional<Node> read() {
        Token token = tokens.next();
        if (token == null) {
            problems.add(Place.START, DocumentPath.ROOT, "is empty. Write " + kind.content() + ", see " + kind.page());
            return Optional.empty();
        }

        do {
            take(token);
            token = tokens.next();
        } while (token != null && !open.isEmpty());
        if (token != null) {
            problems.add(
                    token.place(),
                    DocumentPath.ROOT,
                    token.kind() == Kind.NEXT_DOCUMENT
                            ? "holds a second document. Write " + kind.content() + " per file"
                            : "goes on after its end. Write " + kind.content() + " per file");
        }

        return Optional.ofNullable(root);
    }

    private void take(Token token) {
        switch (token.kind()) {
            case LIST, KEYS -> {
                refuseNames(token);
                refuseDeeper(token.place(), open.size());
                open.push(new Open(token, path()));
            }
            case END -> {
                Open ended = open.pop();
                add(ended.start, ended.finished());
            }
            case QUOTED, PLAIN -> {
                refuseNames(token);
                Scalar.Kind is = token.isNull() ? Scalar.Kind.NULL : Scalar.Kind.VALUE;
                add(token, new Scalar(token.place(), token.text(), is));
            }
            case ALIAS -> add(token, alias(token));
            case NEXT_DOCUMENT -> throw new IllegalStateException("Unexpected document at " + token.place());
        }
    }

    /** Which part of the document comes next. */
    private DocumentPath path() {
        Open top = open.peek();
        if (top == null) {
            return DocumentPath.ROOT;
        }

        return top.isList() ? top.path.index(top.index) : top.key == null ? top.path : top.path.key(top.key.text());
    }

    /** Puts a node where it belongs; null is one that is left out, which is a problem already. */
    private void add(Token start, @Nullable Node node) {
        if (node != null && start.anchor().isPresent()) {
            anchored.put(start.anchor().get(), node);
        }

        Open top = open.peek();
        if (top == null) {
            root = node;
        } else if (top.isList()) {
            top.index++;
            if (node != null) {
                top.items.add(node);
            }
        } else if (top.key == null) {
            top.key = start;
            refuseKey(start, node);
        } else {
            put(top, top.key, node);
            top.key = null;
        }
    }

    private static boolean isKey(Token token) {
        return token.kind() == Kind.QUOTED
                || (token.kind() == Kind.PLAIN && !token.text().equals("<<"));
    }

    private void refuseKey(Token token, @Nullable Node node) {
        if (!isKey(token) && node != null) {
            String reason = token.kind() == Kind.PLAIN
                    ? "merges keys with <<, which " + kind.plural() + " do not support. Write the keys out"
                    : "has a key that is not a plain word. Write KEY: VALUE";
            Open top = open.element();
            problems.add(token.place(), top.path, reason);
        }
    }

    private void put(Open keys, Token key, @Nullable Node value) {
        Entry earlier = keys.entries.get(key.text());
        if (isKey(key) && earlier != null) {
            problems.add(
                    key.place(),
                    path(),
                    "is given twice (first on line " + earlier.keyPlace().line() + "). Remove one of the two");
        } else if (isKey(key) && value != null) {
            keys.entries.put(key.text(), new Entry(key.place(), value));
        }
    }

    private void refuseNames(Token token) {
        if (token.tag().isPresent()) {
            problems.add(
                    token.place(),
                    path(),
                    "has the tag " + token.tag().get() + ", which " + kind.plural()
                            + " do not support. Remove it, or put a text that begins with ! in quotes");
        }

        if (kind.limits().aliases() == 0 && token.anchor().isPresent()) {
            problems.add(
                    token.place(),
                    path(),
                    "has an anchor, which " + kind.plural()
                            + " do not support. Write the value out, or put a text that begins with & in quotes");
        }
    }

    private void refuseDeeper(Place place, int depth) {
        if (depth > kind.limits().depth()) {
            throw new LimitPassed(place, kind.limits().tooDeep());
        }
    }

    private @Nullable Node alias(Token token) {
        if (kind.limits().aliases() == 0) {
            problems.add(
                    token.place(),
                    path(),
                    "has an alias, which " + kind.plural()
                            + " do not support. Write the value out, or put a text that begins with * in quotes");
            return null;
        }

        // An anchor is known once its node has ended, so that nothing repeats itself.
        Node node = anchored.get(token.text());
        if (node == null) {
            problems.add(
                    token.place(),
                    path(),
                    "repeats &" + token.text() + ", which is not defined above. Write the value out");
            return null;
        }

        refuseDeeper(token.place(), open.size() + height(node) - 1);
        repeated += size(node);
        if (repeated > kind.limits().aliases()) {
            throw new LimitPassed(
                    token.place(),
                    "repeats more than " + kind.limits().aliases() + " values with aliases. Write the values out");
        }

        return node;
    }

    /** How many levels of lists and keys a node has. */
    private static int height(Node node) {
        return node instanceof Scalar
                ? 0
                : 1 + children(node).stream().mapToInt(TreeReader::height).max().orElse(0);
    }

    /** How many nodes a node is. */
    private static int size(Node node) {
        return 1 + children(node).stream().mapToInt(TreeReader::size).sum();
    }

    private static List<Node> children(Node node) {
        return switch (node) {
            case Scalar ignored -> List.of();
            case Node.Items list -> list.items();
            case Node.Keys keys ->
                keys.entries().values().stream().map(Entry::value).toList();
        };
    }

    /** A list or a group of keys that has begun. */
    private static final class Open {

        private final Token start;
        private final DocumentPath path;
        private final List<Node> items = new ArrayList<>();
        private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();

        /** The place of the next item, those left out included. */
        private int index;

        /** The key whose value comes next; null when a key comes next. */
        private @Nullable Token key;

        Open(Token start, DocumentPath path) {
            this.start = start;
            this.path = path;
        }

        boolean isList() {
            return start.kind() == Kind.LIST;
        }

        Node finished() {
            return isList() ? new Node.Items(start.place(), items) : new Node.Keys(start.place(), entries);
        }
    }
}
