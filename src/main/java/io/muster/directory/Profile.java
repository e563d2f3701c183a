package io.muster.directory;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a person: fields, embedded data and the opt-out from the directory. Blank values are absent. Embedded
 * data is kept as the text that is stored, which is equal for equal data; its names are in the directory's spelling. Values
 * that came as a line ({@link ProfileLine}) are read when they are first asked for, embedded data likewise. Immutable; safe
 * for use by several threads.
 */
public final class Profile implements FieldValues {

    private static final long PRIME = 0x100000001b3L;
    static final char ABSENT = 0xFFFF;

    private final boolean unsubscribed;
    private final byte @Nullable [] line;
    // Read more than once at worst: the result is the same.
    private @Nullable Content content;

    /** The values as texts. */
    private static final class Content {

        private final @Nullable String[] values;
        private final @Nullable String embeddedJson;
        private @Nullable SortedMap<String, String> embedded;

        Content(@Nullable String[] values, @Nullable String embeddedJson) {
            this.values = values;
            this.embeddedJson = embeddedJson;
        }

        @Nullable
        String field(int place) {
            return values[place];
        }
    }

    private Profile(byte @Nullable [] line, @Nullable Content content, boolean unsubscribed) {
        this.line = line;
        this.content = content;
        this.unsubscribed = unsubscribed;
    }

    /**
     * A profile of these values.
     *
     * @param fields the values that are not blank
     * @param embedded embedded data without blank values
     * @param unsubscribed whether the contact opted out of the whole directory
     */
    public Profile(Map<ContactField, String> fields, Map<String, String> embedded, boolean unsubscribed) {
        this(null, new Content(inOrder(fields), EmbeddedJson.write(embedded)), unsubscribed);
    }

    /**
     * A profile as it is stored.
     *
     * @param values the fields in the order of {@link ContactField}, null for blank ones; kept, not copied
     * @param unsubscribed whether the contact opted out of the whole directory
     * @param embeddedJson embedded data as it is stored ({@link EmbeddedJson}); null when there is none
     */
    public static Profile stored(@Nullable String[] values, boolean unsubscribed, @Nullable String embeddedJson) {
        return new Profile(null, new Content(values, embeddedJson), unsubscribed);
    }

    /**
     * A profile as a line.
     *
     * @param line the values, from {@link ProfileLine}; kept, not copied
     * @param unsubscribed whether the contact opted out of the whole directory
     */
    public static Profile ofLine(byte[] line, boolean unsubscribed) {
        return new Profile(line, null, unsubscribed);
    }

    private static @Nullable String[] inOrder(Map<ContactField, String> fields) {
        @Nullable String[] values = new String[ContactField.ALL.size()];
        fields.forEach((field, value) -> values[field.place()] = value);
        return values;
    }

    /** The same values with that opt-out. */
    public Profile withOptOut(boolean optedOut) {
        return optedOut == unsubscribed ? this : new Profile(line, content, optedOut);
    }

    private Content content() {
        Content known = content;
        if (known == null) {
            @Nullable String[] read = ProfileLine.read(Objects.requireNonNull(line));
            known = new Content(Arrays.copyOf(read, ContactField.ALL.size()), read[ContactField.ALL.size()]);
            content = known;
        }

        return known;
    }

    /** The values as a line, see {@link ProfileLine}; not to be changed. */
    public byte[] line() {
        if (line != null) {
            return line;
        }

        ProfileLine out = new ProfileLine();
        for (ContactField field : ContactField.ALL) {
            out.value(field(field));
        }

        out.value(embeddedJson());
        return out.toBytes();
    }

    @Override
    public @Nullable String field(ContactField field) {
        return content().field(field.place());
    }

    @Override
    public @Nullable String embedded(String name) {
        return content().embeddedJson == null ? null : embedded().get(name);
    }

    /** A copy of the values in the order of {@link ContactField}, null for blank ones. */
    public @Nullable String[] values() {
        return content().values.clone();
    }

    /** The values that are not blank. */
    public Map<ContactField, String> fields() {
        EnumMap<ContactField, String> fields = new EnumMap<>(ContactField.class);
        for (ContactField field : ContactField.ALL) {
            String value = field(field);
            if (value != null) {
                fields.put(field, value);
            }
        }

        return Collections.unmodifiableMap(fields);
    }

    /** Embedded data in code point order of the names. */
    public SortedMap<String, String> embedded() {
        Content known = content();
        SortedMap<String, String> read = known.embedded;
        if (read == null) {
            read = Collections.unmodifiableSortedMap(EmbeddedJson.read(known.embeddedJson));
            known.embedded = read;
        }

        return read;
    }

    /** Embedded data as it is stored; null when there is none. */
    public @Nullable String embeddedJson() {
        return content().embeddedJson;
    }

    /** Whether the contact opted out of the whole directory. */
    public boolean unsubscribed() {
        return unsubscribed;
    }

    /**
     * A fingerprint of values and opt-out, FNV-1a over the characters: two states of one contact are told apart for eight
     * bytes. Journals keep it, so it is made in this way for all time.
     */
    public long fingerprint() {
        long hash = unsubscribed ? PRIME : 0xcbf29ce484222325L;
        if (content == null && line != null) {
            return ProfileLine.fingerprint(line, hash);
        }

        for (ContactField field : ContactField.ALL) {
            hash = add(hash, field(field));
        }

        return add(hash, embeddedJson());
    }

    private static long add(long hash, @Nullable String text) {
        long sum = hash;
        if (text != null) {
            for (int i = 0; i < text.length(); i++) {
                sum = add(sum, text.charAt(i));
            }
        }

        return add(sum, ABSENT);
    }

    static long add(long hash, char c) {
        return (hash ^ c) * PRIME;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }

        if (!(other instanceof Profile profile) || unsubscribed != profile.unsubscribed) {
            return false;
        }

        if (line != null && profile.line != null) {
            return Arrays.equals(line, profile.line);
        }

        return Arrays.equals(content().values, profile.content().values)
                && Objects.equals(embeddedJson(), profile.embeddedJson());
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(content().values) + Objects.hashCode(embeddedJson());
    }

    @Override
    public String toString() {
        String embedded = embeddedJson();
        return "Profile" + fields() + (embedded == null ? "" : embedded) + (unsubscribed ? " opted out" : "");
    }
}
