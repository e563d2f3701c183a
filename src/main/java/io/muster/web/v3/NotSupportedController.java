package io.muster.web.v3;

import io.muster.web.call.Caller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Documented calls that are not served: the address is right, and the answer says what to use instead. */
@RestController
@SuppressWarnings("DoNotCallSuggester") // Spring calls them, by their addresses.
final class NotSupportedController {

    @RequestMapping(V3Paths.API + "/mailinglists/**")
    Envelope<Void> lists(Caller caller) {
        throw V3Exception.notSupported(
                "mailing lists without a directory are", "Use /API/v3/directories/{directoryId}/mailinglists.");
    }

    @RequestMapping({
        V3Paths.API + "/surveys/**",
        V3Paths.API + "/survey-definitions/**",
        V3Paths.API + "/distributions/**",
        V3Paths.API + "/libraries/**"
    })
    Envelope<Void> surveys(Caller caller) {
        throw V3Exception.notSupported(
                "surveys, distributions and libraries are", "Use the survey platform that holds them.");
    }

    @RequestMapping({V3Paths.API + "/users/**", V3Paths.API + "/groups/**", V3Paths.API + "/employee-directories/**"})
    Envelope<Void> users(Caller caller) {
        throw V3Exception.notSupported("users and groups are", "Use /API/v3/whoami, or ./muster tokens list.");
    }

    @RequestMapping({V3Paths.API + "/eventsubscriptions/**", V3Paths.API + "/logs/**", V3Paths.API + "/datasets/**"})
    Envelope<Void> records(Caller caller) {
        throw V3Exception.notSupported(
                "subscriptions, logs and data sets are", "Use ./muster audit list and the notifications of jobs.");
    }

    @RequestMapping({V3Paths.API + "/op-erase-personal-data/**", V3Paths.API + "/customer-data-requests/**"})
    Envelope<Void> erasure(Caller caller) {
        throw V3Exception.notSupported(
                "requests of erasure are",
                "Use DELETE /API/v3/directories/{directoryId}/contacts/{contactId} for each contact.");
    }

    @RequestMapping(
            path = V3Paths.API + "/directories",
            method = {RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.DELETE})
    Envelope<Void> directories(Caller caller) {
        throw V3Exception.notSupported("changes of directories are", "Use ./muster directories.");
    }

    @RequestMapping(path = V3Paths.DIRECTORY + "/segments", method = RequestMethod.POST)
    Envelope<Void> newSegment(Caller caller) {
        throw V3Exception.notSupported("changes of segments are", "Use ./muster segments create.");
    }

    @RequestMapping(
            path = V3Paths.DIRECTORY + "/segments/{segment}",
            method = {RequestMethod.PUT, RequestMethod.DELETE})
    Envelope<Void> segment(Caller caller) {
        throw V3Exception.notSupported("changes of segments are", "Use ./muster segments.");
    }

    @RequestMapping(path = V3Paths.DIRECTORY + "/frequencyrules", method = RequestMethod.POST)
    Envelope<Void> newRule(Caller caller) {
        throw V3Exception.notSupported("changes of frequency rules are", "Use ./muster frequency add.");
    }

    @RequestMapping(
            path = V3Paths.DIRECTORY + "/frequencyrules/{rule}",
            method = {RequestMethod.PUT, RequestMethod.DELETE})
    Envelope<Void> rule(Caller caller) {
        throw V3Exception.notSupported("changes of frequency rules are", "Use ./muster frequency.");
    }

    @RequestMapping(V3Paths.DIRECTORY + "/samples/**")
    Envelope<Void> samples(Caller caller) {
        throw V3Exception.notSupported("samples are", "Use ./muster segments.");
    }

    @RequestMapping({
        V3Paths.DIRECTORY + "/export-contacts/**",
        V3Paths.DIRECTORY + "/export-contacts-{kind}/**",
        V3Paths.DIRECTORY + "/export-contact-segment-memberships/**"
    })
    Envelope<Void> exports(Caller caller) {
        throw V3Exception.notSupported("exports are", "Use ./muster contacts export and ./muster segments export.");
    }

    @RequestMapping(V3Paths.DIRECTORY + "/imports/**")
    Envelope<Void> imports(Caller caller) {
        throw V3Exception.notSupported(
                "this import is",
                "Use POST /API/v3/directories/{directoryId}/mailinglists/{mailingListId}/transactioncontacts.");
    }

    @RequestMapping(
            path = V3Paths.DIRECTORY + "/transactions/{transaction}",
            method = {RequestMethod.PUT, RequestMethod.POST})
    Envelope<Void> transaction(Caller caller) {
        throw V3Exception.notSupported(
                "changes of transactions are", "Delete the transaction and record it anew by POST …/transactions.");
    }

    @RequestMapping(V3Paths.DIRECTORY + "/transactions/{transaction}/enrichments/**")
    Envelope<Void> enrichments(Caller caller) {
        throw V3Exception.notSupported("enrichments of transactions are", "Record the transaction with all its data.");
    }

    @RequestMapping(path = V3Paths.DIRECTORY + "/transactionbatches/{batch}", method = RequestMethod.DELETE)
    Envelope<Void> batch(Caller caller) {
        throw V3Exception.notSupported("the deletion of a batch is", "Delete its transactions.");
    }

    @RequestMapping(
            path = V3Paths.DIRECTORY + "/transactionbatches/{batch}/transactions/**",
            method = {RequestMethod.POST, RequestMethod.PUT, RequestMethod.DELETE})
    Envelope<Void> batchTransactions(Caller caller) {
        throw V3Exception.notSupported(
                "changes of a batch are", "Name its transactions when it is made, or the batch in an import.");
    }
}
