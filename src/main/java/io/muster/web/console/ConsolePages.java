package io.muster.web.console;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.ModelAndView;

/** Makes answers of templates: each is given its frame and one record. */
final class ConsolePages {

    private final Assets assets;

    ConsolePages(Assets assets) {
        this.assets = assets;
    }

    /** A page for somebody. */
    ModelAndView page(String template, String title, @Nullable Viewer viewer, Object page) {
        return page(template, title, viewer, page, HttpStatus.OK);
    }

    /** A page with a status of its own. */
    ModelAndView page(String template, String title, @Nullable Viewer viewer, Object page, HttpStatus status) {
        ModelAndView answer = new ModelAndView(template);
        answer.setStatus(status);
        answer.addObject("frame", Frame.of(title, viewer, path(), assets));
        answer.addObject("page", page);
        return answer;
    }

    private static String path() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes current
                ? current.getRequest().getRequestURI()
                : "";
    }

    /** A part of a page, as a page asks for it again and again. */
    static ModelAndView part(String template, Object page) {
        ModelAndView answer = new ModelAndView(template);
        answer.addObject("page", page);
        return answer;
    }

    /** Leads on to another page, by GET. */
    static ModelAndView goTo(String address) {
        ModelAndView answer = new ModelAndView("redirect:" + address);
        answer.setStatus(HttpStatus.SEE_OTHER);
        return answer;
    }

    /** From where a request comes. */
    static String caller(HttpServletRequest request) {
        return request.getRemoteAddr();
    }
}
