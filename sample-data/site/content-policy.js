// A policy without inline scripts: what would be between script tags is in a file of the site.
window.QSI = {config: {externalReference: document.querySelector('meta[name=customer]').content}};
