package io.muster.web.v3;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.app.ContactRecord;
import io.muster.app.DatedContact;
import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.MailingList;
import io.muster.directory.Profile;
import io.muster.directory.store.ListMembers.Member;
import io.muster.support.Ids;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Contacts as clients read them: each call has members of its own, under names of its own. */
final class WireContacts {

    private final Ids ids;

    WireContacts(Ids ids) {
        this.ids = ids;
    }

    /** One of a directory's. */
    record Listed(
            String contactId,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String extRef,
            @Nullable String language,
            boolean unsubscribed,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, String> embeddedData) {}

    /** One that opted out. */
    record OptedOut(
            String contactId,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String extRef,
            @Nullable String language,
            boolean directoryUnsubscribed,
            @Nullable String directoryUnsubscribeDate) {}

    /** By itself. */
    record Whole(
            String contactId,
            long creationDate,
            long lastModified,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String email,
            @Nullable String emailDomain,
            @Nullable String phone,
            @Nullable String extRef,
            @Nullable String language,
            Map<String, String> embeddedData,
            boolean directoryUnsubscribed,
            @Nullable Long directoryUnsubscribeDate,
            Map<String, String> stats,
            @Nullable String skipped,
            Map<String, OnList> mailingListMembership,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, InSegment> segmentMembership) {}

    /** A list that it is on. */
    record OnList(
            String contactLookupId,
            String name,
            boolean unsubscribed,
            @Nullable Long unsubscribeDate,
            String ownerId) {}

    /** A segment that it is in. */
    record InSegment(
            @Nullable String contactLookupId,
            @Nullable String ownerId,
            boolean unsubscribed,
            @Nullable String unsubscribedDate,
            String name) {}

    /** One of a list's. */
    record OfList(
            String contactId,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String extRef,
            @Nullable String language,
            boolean unsubscribed,
            boolean mailingListUnsubscribed,
            String contactLookupId,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, String> embeddedData) {}

    /** A member by itself. */
    record WholeOfList(
            String contactId,
            long creationDate,
            long lastModified,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String email,
            @Nullable String emailDomain,
            @Nullable String phone,
            @Nullable String extRef,
            @Nullable String language,
            Map<String, String> embeddedData,
            boolean directoryUnsubscribed,
            @Nullable String directoryUnsubscribeDate,
            Map<String, String> stats,
            boolean mailingListUnsubscribed,
            @Nullable Long mailingListUnsubscribeDate,
            String contactLookupId,
            Map<String, String> privateEmbeddedData) {}

    /** One that a search found. */
    record Hit(
            String id,
            String creationDate,
            String lastModified,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String email,
            @Nullable String phoneNumber,
            @Nullable String externalDataReference,
            @Nullable String language,
            boolean unsubscribed,
            @Nullable String unsubscribeDate,
            Map<String, String> stats,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, String> embeddedData,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, InSegment> segmentMembership) {}

    Listed listed(Contact contact, boolean withEmbedded) {
        Profile profile = contact.profile();
        return new Listed(
                contact.id(),
                profile.field(ContactField.FIRST_NAME),
                profile.field(ContactField.LAST_NAME),
                profile.field(ContactField.EMAIL),
                profile.field(ContactField.PHONE),
                profile.field(ContactField.EXT_REF),
                profile.field(ContactField.LANGUAGE),
                profile.unsubscribed(),
                withEmbedded ? profile.embedded() : null);
    }

    OptedOut optedOut(DatedContact dated) {
        Profile profile = dated.contact().profile();
        return new OptedOut(
                dated.contact().id(),
                profile.field(ContactField.FIRST_NAME),
                profile.field(ContactField.LAST_NAME),
                profile.field(ContactField.EMAIL),
                profile.field(ContactField.PHONE),
                profile.field(ContactField.EXT_REF),
                profile.field(ContactField.LANGUAGE),
                profile.unsubscribed(),
                V3Dates.iso(dated.optedOutAt()));
    }

    /** @param segments names of segments by their ids; null when they were not asked for */
    Whole whole(ContactRecord known, @Nullable Map<String, String> segments) {
        Contact contact = known.contact();
        Profile profile = contact.profile();
        Map<String, OnList> lists = new LinkedHashMap<>();
        known.lists()
                .forEach(on -> lists.put(
                        on.entry().list().id(),
                        new OnList(
                                ids.lookup(on.entry().list().number(), contact.number()),
                                on.entry().list().name(),
                                on.entry().unsubscribed(),
                                on.entry().optedOutAt(),
                                owner(on.owner()))));
        return new Whole(
                contact.id(),
                contact.createdAt(),
                contact.modifiedAt(),
                profile.field(ContactField.FIRST_NAME),
                profile.field(ContactField.LAST_NAME),
                profile.field(ContactField.EMAIL),
                domain(profile),
                profile.field(ContactField.PHONE),
                profile.field(ContactField.EXT_REF),
                profile.field(ContactField.LANGUAGE),
                profile.embedded(),
                profile.unsubscribed(),
                known.optedOutAt(),
                Map.of(),
                null,
                lists,
                segments == null ? null : segments(segments));
    }

    private static @Nullable String domain(Profile profile) {
        String email = profile.field(ContactField.EMAIL);
        return email == null ? null : email.substring(email.lastIndexOf('@') + 1);
    }

    private static Map<String, InSegment> segments(Map<String, String> names) {
        Map<String, InSegment> segments = new LinkedHashMap<>();
        names.forEach((id, name) -> segments.put(id, new InSegment(null, null, false, null, name)));
        return segments;
    }

    OfList ofList(MailingList list, Member member, boolean withEmbedded) {
        Profile profile = member.contact().profile();
        return new OfList(
                member.contact().id(),
                profile.field(ContactField.FIRST_NAME),
                profile.field(ContactField.LAST_NAME),
                profile.field(ContactField.EMAIL),
                profile.field(ContactField.PHONE),
                profile.field(ContactField.EXT_REF),
                profile.field(ContactField.LANGUAGE),
                profile.unsubscribed(),
                member.optedOut(),
                ids.lookup(list.number(), member.contact().number()),
                withEmbedded ? profile.embedded() : null);
    }

    WholeOfList wholeOfList(MailingList list, Member member, @Nullable Long directoryOptedOutAt) {
        Contact contact = member.contact();
        Profile profile = contact.profile();
        return new WholeOfList(
                contact.id(),
                contact.createdAt(),
                contact.modifiedAt(),
                profile.field(ContactField.FIRST_NAME),
                profile.field(ContactField.LAST_NAME),
                profile.field(ContactField.EMAIL),
                domain(profile),
                profile.field(ContactField.PHONE),
                profile.field(ContactField.EXT_REF),
                profile.field(ContactField.LANGUAGE),
                profile.embedded(),
                profile.unsubscribed(),
                V3Dates.iso(directoryOptedOutAt),
                Map.of(),
                member.optedOut(),
                member.optedOutAt(),
                ids.lookup(list.number(), contact.number()),
                member.embedded());
    }

    /** @param segments as in {@link #whole} */
    Hit hit(DatedContact dated, boolean withEmbedded, @Nullable Map<String, String> segments) {
        Contact contact = dated.contact();
        Profile profile = contact.profile();
        return new Hit(
                contact.id(),
                V3Dates.text(contact.createdAt()),
                V3Dates.text(contact.modifiedAt()),
                profile.field(ContactField.FIRST_NAME),
                profile.field(ContactField.LAST_NAME),
                profile.field(ContactField.EMAIL),
                profile.field(ContactField.PHONE),
                profile.field(ContactField.EXT_REF),
                profile.field(ContactField.LANGUAGE),
                profile.unsubscribed(),
                V3Dates.iso(dated.optedOutAt()),
                Map.of(),
                withEmbedded ? profile.embedded() : null,
                segments == null ? null : segments(segments));
    }

    /** Whose a list is; those of nobody are the installation's. */
    String owner(@Nullable String owner) {
        return owner == null ? ids.user(0) : owner;
    }
}
