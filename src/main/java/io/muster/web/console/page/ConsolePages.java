package io.muster.web.console.page;

import io.muster.access.Preferences.Theme;
import io.muster.app.DirectoryView;
import io.muster.web.console.page.Frame.Entry;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.ModelAndView;

/** Makes answers of templates: each is given its frame and one record. */
public final class ConsolePages {

    private final Assets assets;
    private final List<Place> places;
    private final List<DirectoryPlace> directoryPlaces;

    /** @param places where the navigation leads, in any order */
    public ConsolePages(Assets assets, List<Place> places, List<DirectoryPlace> directoryPlaces) {
        this.assets = assets;
        this.places =
                places.stream().sorted(Comparator.comparingInt(Place::order)).toList();
        this.directoryPlaces = directoryPlaces.stream()
                .sorted(Comparator.comparingInt(DirectoryPlace::order))
                .toList();
    }

    /** A page for somebody; the template is the path of a file below {@code console}, without its ending. */
    public ModelAndView page(String template, String title, @Nullable Viewer viewer, Object page) {
        return page(template, title, viewer, page, HttpStatus.OK);
    }

    /** A page with a status of its own, such as a form that was not right. */
    public ModelAndView page(String template, String title, @Nullable Viewer viewer, Object page, HttpStatus status) {
        return answer(template, frame(title, viewer, null), page, status);
    }

    /** A page of a directory, with the way to its other pages. */
    public ModelAndView inDirectory(
            String template, String title, Viewer viewer, DirectoryView directory, Object page) {
        return inDirectory(template, title, viewer, directory, page, HttpStatus.OK);
    }

    /** A page of a directory with a status of its own. */
    public ModelAndView inDirectory(
            String template, String title, Viewer viewer, DirectoryView directory, Object page, HttpStatus status) {
        return answer(template, frame(title, viewer, directory), page, status);
    }

    /** The question before something is done, of no directory. */
    public ModelAndView confirm(String title, Viewer viewer, Confirmation question) {
        return page("confirm", title, viewer, question);
    }

    /** The question before something is done with what is in a directory. */
    public ModelAndView confirm(String title, Viewer viewer, DirectoryView directory, Confirmation question) {
        return inDirectory("confirm", title, viewer, directory, question);
    }

    private static ModelAndView answer(String template, Frame frame, Object page, HttpStatus status) {
        ModelAndView answer = new ModelAndView(template);
        answer.setStatus(status);
        answer.addObject("frame", frame);
        answer.addObject("page", page);
        return answer;
    }

    private Frame frame(String title, @Nullable Viewer viewer, @Nullable DirectoryView directory) {
        String path = path();
        return new Frame(
                title,
                viewer == null ? null : viewer.user().name(),
                viewer == null
                        ? List.of()
                        : places.stream()
                                .filter(place -> place.isFor(viewer))
                                .map(place -> Entry.of(place.name(), place.address(), path))
                                .toList(),
                directory == null ? null : directory.name(),
                directory == null
                        ? List.of()
                        : directoryPlaces.stream()
                                .map(place -> entry(place, directory, path))
                                .toList(),
                assets.address("console.css"),
                assets.address("console.js"),
                assets.address("console.svg"),
                viewer == null ? "light dark" : theme(viewer),
                viewer == null
                        ? "comfortable"
                        : word(viewer.user().preferences().density()));
    }

    private static String theme(Viewer viewer) {
        Theme theme = viewer.user().preferences().theme();
        return theme == Theme.DEVICE ? "light dark" : word(theme);
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static Entry entry(DirectoryPlace place, DirectoryView directory, String path) {
        String address = "/directories/" + directory.id() + place.path();
        return place.path().isEmpty()
                ? new Entry(place.name(), address, path.equals(address))
                : Entry.of(place.name(), address, path);
    }

    private static String path() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes current
                ? current.getRequest().getRequestURI()
                : "";
    }

    /** A part of a page, as a page asks for it again and again. */
    public static ModelAndView part(String template, Object page) {
        ModelAndView answer = new ModelAndView(template);
        answer.addObject("page", page);
        return answer;
    }

    /** Leads on to another page, by GET. */
    public static ModelAndView goTo(String address) {
        return redirect(address, HttpStatus.SEE_OTHER);
    }

    /** Leads what was sent on to another page, as it was sent. */
    public static ModelAndView sendTo(String address) {
        return redirect(address, HttpStatus.TEMPORARY_REDIRECT);
    }

    private static ModelAndView redirect(String address, HttpStatus status) {
        // Braces would be taken for names of variables.
        ModelAndView answer =
                new ModelAndView("redirect:" + address.replace("{", "%7B").replace("}", "%7D"));
        answer.setStatus(status);
        return answer;
    }

    /** From where a request comes. */
    public static String caller(HttpServletRequest request) {
        return request.getRemoteAddr();
    }
}
