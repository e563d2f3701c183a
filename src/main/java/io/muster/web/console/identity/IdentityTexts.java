package io.muster.web.console.identity;

import io.muster.app.DirectoryView;
import io.muster.app.DuplicateViews.Because;
import io.muster.app.DuplicateViews.Listed;
import io.muster.app.MergeViews.Shared;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;

/** How these pages name fields, rules and contacts. */
final class IdentityTexts {

    private static final String EMBEDDED = "embedded.";

    private IdentityTexts() {}

    /** A contact that a page leads to. */
    record Link(String name, String address) {}

    static Link link(DirectoryView directory, Listed contact) {
        return new Link(contact.name(), address(directory, contact.id()));
    }

    static Link link(DirectoryView directory, String contact) {
        return new Link(contact, address(directory, contact));
    }

    private static String address(DirectoryView directory, String contact) {
        return path(directory) + "/contacts/" + contact;
    }

    /** The address of the directory's first page. */
    static String path(DirectoryView directory) {
        return "/directories/" + directory.id();
    }

    /** Times of a directory are in its own zone. */
    static ZoneId zone(DirectoryView directory) {
        return ZoneId.of(directory.timeZone());
    }

    /** The fields of a rule, all of which have to be equal. */
    static String rule(List<String> fields) {
        return String.join(" + ", fields);
    }

    static String rules(List<Shared> because) {
        return because.stream().map(shared -> rule(shared.rule())).distinct().collect(Collectors.joining("; "));
    }

    /** What contacts share, in words. */
    static String value(Because because) {
        String values =
                because.values().stream().filter(value -> !value.isEmpty()).collect(Collectors.joining(", "));
        return values.isEmpty() ? "a reference of a merged contact" : values;
    }

    /** The name of a field as people read it. */
    static String field(String key) {
        return switch (key) {
            case "extRef" -> "Reference";
            case "email" -> "Email";
            case "phone" -> "Phone";
            case "firstName" -> "First name";
            case "lastName" -> "Last name";
            case "language" -> "Language";
            case "aliases" -> "References of merged contacts";
            case "optedOut" -> "Opted out of the directory";
            case "lists" -> "Lists";
            default -> key.startsWith(EMBEDDED) ? key.substring(EMBEDDED.length()) : key;
        };
    }

    /** How values of a field of a rule are made equal before they are compared, such as {@code email} or {@code extRef:folded}. */
    static String compares(String field) {
        int colon = field.lastIndexOf(':');
        String how = colon < 0 ? "" : field.substring(colon + 1);
        boolean said = how.equals("exact") || how.equals("folded");
        String key = said ? field.substring(0, colon) : field;
        return field(key) + (key.startsWith(EMBEDDED) ? " (embedded data)" : "") + ": "
                + (!said ? how(key) : how.equals("exact") ? "exactly, case included" : "without case");
    }

    /** The same where the rule says nothing. */
    static String how(String key) {
        return switch (key) {
            case "extRef" -> "exactly, case included";
            case "email" -> "without case, domain in its ASCII form";
            case "phone" -> "as the international number";
            default -> "without case, accents kept";
        };
    }
}
