package io.muster.directory;

import io.muster.support.Fold;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The one spelling of every name of embedded data in a directory, as it was when it was read. Names compare without
 * case; the first spelling seen stays. Safe for use by several threads.
 */
public final class Spellings {

    private final Map<String, String> byFolded;

    private Spellings(Map<String, String> byFolded) {
        this.byFolded = byFolded;
    }

    /** The spellings given, in order: of names equal without case the first counts. */
    public static Spellings of(Collection<String> names) {
        Map<String, String> byFolded = new HashMap<>();
        names.forEach(name -> byFolded.putIfAbsent(Fold.fold(name), name));
        return new Spellings(Collections.unmodifiableMap(byFolded));
    }

    /** These spellings and, for names they do not have, those given, in order. */
    public Spellings with(Collection<String> names) {
        Map<String, String> all = new HashMap<>(byFolded);
        names.forEach(name -> all.putIfAbsent(Fold.fold(name), name));
        return new Spellings(Collections.unmodifiableMap(all));
    }

    /** The directory's spelling of a name; the name itself when the directory does not have it. */
    public String of(String name) {
        return byFolded.getOrDefault(Fold.fold(name), name);
    }

    /** Whether the directory has the name in any spelling. */
    public boolean has(String name) {
        return byFolded.containsKey(Fold.fold(name));
    }

    /** All names in code point order. */
    public List<String> names() {
        return byFolded.values().stream().sorted(CodePointOrder.INSTANCE).toList();
    }
}
