package io.muster.dedup;

import io.muster.dedup.SearchFilter.All;
import io.muster.dedup.SearchFilter.Any;
import io.muster.dedup.SearchFilter.EmbeddedIs;
import io.muster.dedup.SearchFilter.FieldIs;
import io.muster.dedup.SearchFilter.FieldIsEmpty;
import io.muster.dedup.SearchFilter.Not;
import io.muster.dedup.SearchFilter.OnList;
import io.muster.dedup.SearchFilter.Time;
import io.muster.dedup.SearchFilter.TimeWithin;
import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.ListMembers;
import io.muster.support.Fold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The contacts that a filter finds, in the order of their numbers. Where the filter demands a mailbox, a reference or a phone
 * number that the directory keeps keys of, only those contacts are read; where it demands a list, only its members; else all
 * are read until enough are found.
 */
public final class FilteredContacts {

    private static final int AT_ONCE = 2_000;

    private final Contacts contacts;
    private final ListMembers members;
    private final ContactSearch search;

    /** Searches with these parts. */
    public FilteredContacts(Contacts contacts, ListMembers members, ContactSearch search) {
        this.contacts = contacts;
        this.members = members;
        this.search = search;
    }

    /**
     * Some contacts with greater numbers.
     *
     * @param most at least 1
     */
    public List<Contact> find(Directory directory, SearchFilter filter, long after, int most) {
        Set<MailingList> named = new HashSet<>();
        collectLists(filter, named);
        List<Contact> found = new ArrayList<>();
        long from = after;
        while (found.size() < most) {
            List<Contact> some = candidates(directory, filter, from);
            if (some.isEmpty()) {
                break;
            }

            Predicate<Contact> wanted = test(filter, onLists(named, some));
            some.stream().filter(wanted).limit(most - found.size()).forEach(found::add);
            from = some.getLast().number();
        }

        return found;
    }

    /** Some contacts with greater numbers, among which are the next ones that the filter finds; none when none is left. */
    private List<Contact> candidates(Directory directory, SearchFilter filter, long after) {
        List<SearchFilter> demanded = demanded(filter).toList();
        Optional<ContactQuery> key = demanded.stream()
                .flatMap(one -> one instanceof FieldIs field ? key(field).stream() : Stream.empty())
                .filter(query -> search.isIndexed(directory, query))
                .findFirst();
        if (key.isPresent()) {
            return search.find(directory, key.get(), after, AT_ONCE);
        }

        Optional<OnList> list = demanded.stream()
                .flatMap(one -> one instanceof OnList on ? Stream.of(on) : Stream.empty())
                .findFirst();
        return list.isPresent()
                ? contacts.byNumbers(directory.number(), members.next(list.get().list(), after, AT_ONCE))
                : contacts.after(directory.number(), after, AT_ONCE);
    }

    private static Stream<SearchFilter> demanded(SearchFilter filter) {
        return filter instanceof All all
                ? all.filters().stream().flatMap(FilteredContacts::demanded)
                : Stream.of(filter);
    }

    private static Optional<ContactQuery> key(FieldIs field) {
        return switch (field.field()) {
            case EMAIL -> Optional.of(new ContactQuery.Email(field.value()));
            case PHONE -> Optional.of(new ContactQuery.Phone(field.value()));
            case EXT_REF -> Optional.of(new ContactQuery.Reference(field.value()));
            case FIRST_NAME, LAST_NAME, LANGUAGE -> Optional.empty();
        };
    }

    private static void collectLists(SearchFilter filter, Set<MailingList> lists) {
        switch (filter) {
            case OnList on -> lists.add(on.list());
            case Not not -> collectLists(not.filter(), lists);
            case All all -> all.filters().forEach(one -> collectLists(one, lists));
            case Any any -> any.filters().forEach(one -> collectLists(one, lists));
            default -> {}
        }
    }

    private Map<MailingList, Set<Long>> onLists(Set<MailingList> lists, List<Contact> some) {
        Map<MailingList, Set<Long>> numbers = new HashMap<>();
        lists.forEach(list -> numbers.put(
                list,
                members.numbers(list, some.getFirst().number(), some.getLast().number())));
        return numbers;
    }

    private static Predicate<Contact> test(SearchFilter filter, Map<MailingList, Set<Long>> lists) {
        return switch (filter) {
            case FieldIs field -> is(field);
            case FieldIsEmpty field -> contact -> contact.profile().field(field.field()) == null;
            case EmbeddedIs embedded -> is(embedded);
            case TimeWithin within ->
                contact -> isWithin(within, within.time() == Time.CREATED ? contact.createdAt() : contact.modifiedAt());
            case OnList on -> contact -> lists.getOrDefault(on.list(), Set.of()).contains(contact.number());
            case Not not -> test(not.filter(), lists).negate();
            case All all -> {
                List<Predicate<Contact>> tests =
                        all.filters().stream().map(one -> test(one, lists)).toList();
                yield contact -> tests.stream().allMatch(test -> test.test(contact));
            }
            case Any any -> {
                List<Predicate<Contact>> tests =
                        any.filters().stream().map(one -> test(one, lists)).toList();
                yield contact -> tests.stream().anyMatch(test -> test.test(contact));
            }
        };
    }

    private static boolean isWithin(TimeWithin within, long moment) {
        return moment >= within.from() && moment < within.before();
    }

    private static Predicate<Contact> is(FieldIs wanted) {
        ContactField field = wanted.field();
        String value = field == ContactField.EXT_REF ? wanted.value() : Fold.fold(wanted.value());
        return contact -> {
            String held = contact.profile().field(field);
            return held != null && value.equals(field == ContactField.EXT_REF ? held : Fold.fold(held));
        };
    }

    private static Predicate<Contact> is(EmbeddedIs wanted) {
        String name = Fold.fold(Fold.trim(wanted.name()));
        String value = Fold.fold(wanted.value());
        return contact -> contact.profile().embedded().entrySet().stream()
                .anyMatch(held -> Fold.fold(held.getKey()).equals(name)
                        && Fold.fold(held.getValue()).equals(value));
    }
}
