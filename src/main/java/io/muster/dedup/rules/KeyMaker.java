package io.muster.dedup.rules;

import com.ibm.icu.text.IDNA;
import com.ibm.icu.text.Normalizer2;
import io.muster.directory.ContactField;
import io.muster.directory.FieldValues;
import io.muster.directory.IdentityKey;
import io.muster.support.Fold;
import io.muster.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the keys of one directory's rules from a contact's values. A rule with a blank field, or with a placeholder
 * in a field, makes no key.
 *
 * <p>A key is the SHA-256 of the rule's values in their comparable form, each behind its length, cut to 128 bits: a
 * hash that nobody can aim, so that a crafted file cannot make two people one. Not safe for use by several threads.
 */
public final class KeyMaker {

    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();
    private static final IDNA DOMAIN = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII);

    private final List<Rule> rules;
    private final Set<String> placeholders;
    private final int longestPlaceholder;
    private final MessageDigest digest;
    private byte[] buffer = new byte[256];
    private int length;

    /** One rule with its fields read and the names of embedded data in the directory's spelling. */
    private record Rule(int id, List<RuleField> fields) {}

    /**
     * @param rules the rules in order
     * @param spelling gives the directory's spelling of a name of embedded data
     * @param placeholders values that never form a key
     */
    public KeyMaker(List<IdentityRule> rules, UnaryOperator<String> spelling, List<String> placeholders) {
        this.rules = rules.stream().map(rule -> read(rule, spelling)).toList();
        this.placeholders = new HashSet<>();
        placeholders.forEach(value -> this.placeholders.add(Fold.fold(Fold.trim(value))));
        this.longestPlaceholder =
                this.placeholders.stream().mapToInt(String::length).max().orElse(0);
        this.digest = Sha256.digest();
    }

    /** The number of rules. */
    public int size() {
        return rules.size();
    }

    /** The key of these values under the rule at this place in the order; null when the rule is skipped. */
    public @Nullable IdentityKey key(int place, FieldValues values) {
        Rule rule = rules.get(place);
        length = 0;
        for (RuleField field : rule.fields()) {
            CharSequence value = switch (field) {
                case RuleField.Core core -> values.field(core.field());
                case RuleField.Embedded embedded -> values.embedded(embedded.name());
            };
            if (value == null || isPlaceholder(value)) {
                return null;
            }

            appendComparable(field, value);
        }

        return hash(rule.id());
    }

    /** The key that a reference has under the rule at this place when that is a rule of the reference alone. */
    public @Nullable IdentityKey referenceKey(int place, String reference) {
        Rule rule = rules.get(place);
        if (rule.fields().size() != 1
                || !(rule.fields().getFirst() instanceof RuleField.Core core)
                || core.field() != ContactField.EXT_REF) {
            return null;
        }

        length = 0;
        appendComparable(core, reference);
        return hash(rule.id());
    }

    /** Every key that a contact holds by its values and by references that merges have given it. */
    public SortedSet<IdentityKey> held(FieldValues values, Collection<String> aliases) {
        SortedSet<IdentityKey> held = new TreeSet<>();
        for (int place = 0; place < rules.size(); place++) {
            IdentityKey own = key(place, values);
            if (own != null) {
                held.add(own);
            }

            for (String alias : aliases) {
                IdentityKey absorbed = referenceKey(place, alias);
                if (absorbed != null) {
                    held.add(absorbed);
                }
            }
        }

        return held;
    }

    /** Whether one of the references occupies the key under a rule of the reference alone. */
    boolean occupiedBy(Collection<String> references, IdentityKey key) {
        if (references.isEmpty()) {
            return false;
        }

        for (int place = 0; place < rules.size(); place++) {
            for (String reference : references) {
                if (key.equals(referenceKey(place, reference))) {
                    return true;
                }
            }
        }

        return false;
    }

    /** The content key of a record that no rule can recognise: all its values and its occurrence number. */
    public IdentityKey contentKey(List<String> content, int occurrence) {
        length = 0;
        for (String value : content) {
            append(value);
        }

        append(Integer.toString(occurrence));
        return hash(IdentityKey.CONTENT_RULE);
    }

    private static Rule read(IdentityRule rule, UnaryOperator<String> spelling) {
        return new Rule(
                rule.id(),
                rule.fields().stream()
                        .map(RuleField::parse)
                        .map(field -> field instanceof RuleField.Embedded embedded
                                ? new RuleField.Embedded(spelling.apply(embedded.name()), embedded.equality())
                                : field)
                        .toList());
    }

    private boolean isPlaceholder(CharSequence value) {
        if (placeholders.isEmpty()) {
            return false;
        }

        // Folding leaves the length of ASCII as it is.
        boolean tooLong = value.length() > longestPlaceholder && Fold.isAscii(value);
        return !tooLong && placeholders.contains(Fold.fold(value.toString()));
    }

    /** Appends a value in its comparable form; the usual one, in ASCII, without making texts of it. */
    private void appendComparable(RuleField field, CharSequence value) {
        if (!appendAscii(value, field.equality() != RuleField.Equality.EXACT)) {
            append(comparable(field, value.toString()));
        }
    }

    private boolean appendAscii(CharSequence value, boolean folds) {
        int count = value.length();
        if (count == 0 || value.charAt(0) <= ' ' || value.charAt(count - 1) <= ' ') {
            return false;
        }

        room(4 + count);
        int at = length + 4;
        for (int i = 0; i < count; i++) {
            char c = value.charAt(i);
            if (c > 0x7F) {
                return false;
            }

            buffer[at + i] = (byte) (folds && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        }

        putLength(count);
        length += count;
        return true;
    }

    private static String comparable(RuleField field, String value) {
        if (field.equality() == RuleField.Equality.EXACT) {
            return Fold.trim(value);
        }

        String trimmed = Fold.trim(value);
        boolean mailbox = field instanceof RuleField.Core core && core.field() == ContactField.EMAIL;
        return mailbox ? foldMailbox(trimmed) : Fold.fold(trimmed);
    }

    private static String foldMailbox(String mailbox) {
        int at = mailbox.lastIndexOf('@');
        String domain = mailbox.substring(at + 1);
        for (int i = 0; i < domain.length(); i++) {
            if (domain.charAt(i) > 0x7F) {
                IDNA.Info problems = new IDNA.Info();
                StringBuilder ascii = new StringBuilder();
                DOMAIN.nameToASCII(NFC.normalize(domain), ascii, problems);
                return Fold.fold(mailbox.substring(0, at + 1) + (problems.hasErrors() ? domain : ascii));
            }
        }

        return Fold.fold(mailbox);
    }

    private void append(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        room(4 + bytes.length);
        putLength(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void putLength(int count) {
        buffer[length++] = (byte) (count >>> 24);
        buffer[length++] = (byte) (count >>> 16);
        buffer[length++] = (byte) (count >>> 8);
        buffer[length++] = (byte) count;
    }

    private void room(int needed) {
        if (length + needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(length + needed, buffer.length * 2));
        }
    }

    private IdentityKey hash(int rule) {
        digest.update(buffer, 0, length);
        return IdentityKey.of(rule, digest.digest());
    }
}
