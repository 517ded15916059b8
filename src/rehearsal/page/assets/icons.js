// The page's own signs, drawn with lines, so that they look alike whatever fonts a machine has.

// Shapes on a square of 20: paths, and circles as [x, y, radius].
const SIGNS = {
  plus: ['M10 4v12M4 10h12'],
  smile: [[10, 10, 7.2], 'M6.8 11.8a3.8 3.8 0 0 0 6.4 0M7.4 8v.1M12.6 8v.1'],
  at: [[10, 10, 2.9], 'M12.9 7.2v3.6a2 2 0 0 0 4.1 0V10a7 7 0 1 0-2.9 5.7'],
  hash: ['M7.6 3.5 6.4 16.5M13.6 3.5l-1.2 13M3.8 7.6h13M3.2 12.4h13'],
  lock: ['M5 9h10v7.5H5zM7 9V6.4a3 3 0 0 1 6 0V9'],
  eye: ['M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5z', [10, 10, 2.1]],
  image: ['M3 4h14v12H3zM3 13.5l4-4 3.2 3.2 2.3-2.3L17 14.5', [12.6, 7.6, 1.1]],
  chat: ['M3 4.5h14v9H9l-3.5 3v-3H3z'],
  dots: [[4.5, 10, 0.7], [10, 10, 0.7], [15.5, 10, 0.7]],
  close: ['M5 5l10 10M15 5 5 15'],
  back: ['M12.5 4.5 7 10l5.5 5.5'],
  home: ['M3 9.5 10 3.5l7 6M5 8.5V16.5h10V8.5'],
  mail: ['M3 5h14v10H3zM3 6l7 5 7-5'],
  play: ['M6 4l10 6-10 6z'],
  pause: ['M7 4v12M13 4v12'],
  clock: [[10, 10, 7.2], 'M10 5.8V10l2.8 2'],
  people: [[8, 7, 2.9], 'M2.5 16.5c.4-3 2.6-4.6 5.5-4.6s5.1 1.6 5.5 4.6M13 4.3a2.9 2.9 0 0 1 0 5.4M15 12.3c1.5.8 2.4 2.2 2.6 4.2'],
  swap: ['M4 7h11l-3-3M16 13H5l3 3'],
  skip: ['M4 5l7 5-7 5zM15 4.5v11'],
};

const SPACE = 'http://www.w3.org/2000/svg';

export function sign(name) {
  const svg = document.createElementNS(SPACE, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'sign');
  svg.setAttribute('aria-hidden', 'true');
  for (const shape of SIGNS[name]) {
    const round = Array.isArray(shape);
    const element = document.createElementNS(SPACE, round ? 'circle' : 'path');
    if (round) ['cx', 'cy', 'r'].forEach((key, index) => element.setAttribute(key, shape[index]));
    else element.setAttribute('d', shape);
    svg.append(element);
  }
  return svg;
}
