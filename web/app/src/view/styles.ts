/** Loads a style sheet of a part of the page, and resolves when it holds; one that cannot be had is no reason to show nothing. */
export const styles = (href: string): Promise<void> =>
  new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
